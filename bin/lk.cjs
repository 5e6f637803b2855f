#!/usr/bin/env node
'use strict';
// Before anything is parsed that an older Node does not know: this file is in the language of 2009.
var major = Number(process.versions.node.split('.')[0]);
if (major < 20) {
  process.stderr.write(['lk: Node', process.versions.node, 'is too old; use Node 20 or newer\n'].join(' '));
  process.exitCode = 2;
} else require('./load.cjs').load('cli').main();
