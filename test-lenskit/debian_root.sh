#!/bin/sh
# debian_root.sh FOLDER: makes a Debian 13 there with its numpy and every BLAS that it may be linked to, for pools.test.ts.
# Wants root, debootstrap, and Debian's packages from the network. FlexiBLAS is no package of Debian: where
# libflexiblas.so.3 and flexiblas/libflexiblas_openblas-{pthread,openmp}.so were put below /usr/lib/x86_64-linux-gnu,
# with sections in /etc/flexiblasrc.d, it is tested as well.
set -eu
debootstrap --variant=minbase --include=python3 trixie "$1"
cp /etc/resolv.conf "$1/etc/"
cp -r /etc/apt/apt.conf.d/. "$1/etc/apt/apt.conf.d/"
chroot "$1" sh -c 'apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
  python3-numpy libblas3 liblapack3 libopenblas0-pthread libopenblas0-openmp libopenblas0-serial libblis4-openmp libblis4-pthread'
