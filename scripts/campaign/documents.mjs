import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';

const compiled = new Map();

function validator(schema) {
  if (!compiled.has(schema)) {
    const file = new URL(`../../schema/${schema}.schema.json`, import.meta.url);
    compiled.set(schema, new Ajv2020({ allowUnionTypes: true }).compile(JSON.parse(readFileSync(file, 'utf8'))));
  }
  return compiled.get(schema);
}

/** To JSON and to a schema an integer of any length is one; to JavaScript, from 309 digits on, it is infinite and none. */
function shortened(text) {
  return text.replace(/"(?:[^"\\]|\\.)*"|\d{300,}(?![\d.eE])/g, (part) =>
    part.startsWith('"') ? part : '9'.repeat(15),
  );
}

/** Why the text is not one JSON document of this schema; null: it is. */
export function invalidity(text, schema) {
  let document;
  try {
    document = JSON.parse(shortened(text));
  } catch (error) {
    return text === '' ? 'standard output is empty' : `${error.message}: ${JSON.stringify(text.slice(0, 120))}`;
  }
  const validate = validator(schema);
  if (validate(document)) return null;
  return validate.errors
    .slice(0, 3)
    .map((error) => `${error.instancePath} ${error.message}`)
    .join('; ');
}
