#!/bin/sh
# Installs a command with the system's package manager, or says in one line what to install:
#   install.sh COMMAND [APT-PACKAGE]
set -u
command=$1 package=${2:-$1}
if command -v apt-get > /dev/null; then
  as_root=
  if [ "$(id -u)" -ne 0 ]; then as_root=sudo; fi
  echo "installing $package with apt-get" >&2
  { $as_root apt-get update -qq && DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq "$package"; } > /dev/null
elif command -v brew > /dev/null; then
  echo "installing $command with brew" >&2
  brew install --quiet "$command"
fi
command -v "$command" > /dev/null || { echo "$command is missing: install it (package $package)" >&2; exit 1; }
