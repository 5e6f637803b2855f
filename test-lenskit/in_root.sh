# in_root.sh ROOT PROJECT ENVIRONMENT COMMAND...: runs it with ROOT as the root, in a mount namespace of its own, in which
# PROJECT, an environment's packages but numpy (in /venv, over the root's own) and node are to be seen.
set -eu
root=$1 project=$2 environment=$3 node=$(dirname "$(dirname "$(readlink -f "$(command -v node)")")")
shift 3
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mkdir -p "$root/lk" "$root/node" "$root/env" "$root/venv"
mount --bind "$project" "$root/lk"
mount --bind "$node" "$root/node"
mount --bind "$environment" "$root/env"
mount -t tmpfs tmpfs "$root/venv"
mount -t tmpfs tmpfs "$root/tmp"
python=$(basename "$environment"/lib/python3.*)
site=/venv/lib/$python/site-packages
if [ -x "$root/usr/bin/$python" ]; then
  mkdir -p "$root/venv/bin" "$root$site"
  ln -s "/usr/bin/$python" "$root/venv/bin/python3"
  version=$(chroot "$root" "/usr/bin/$python" -c 'import platform; print(platform.python_version())')
  printf 'home = /usr/bin\ninclude-system-site-packages = true\nversion = %s\n' "$version" >"$root/venv/pyvenv.cfg"
  for entry in "$environment/lib/$python/site-packages"/*; do
    name=$(basename "$entry")
    case $name in numpy | numpy-* | numpy.libs) ;; *) ln -s "/env/lib/$python/site-packages/$name" "$root$site/$name" ;; esac
  done
fi
exec chroot "$root" "$@"
