#!/bin/sh
# Installs gnuplot with the system's package manager, or says in one line what to install.
set -u
if command -v apt-get > /dev/null; then
  as_root=
  if [ "$(id -u)" -ne 0 ]; then as_root=sudo; fi
  echo 'installing gnuplot with apt-get' >&2
  { $as_root apt-get update -qq && DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq gnuplot-nox; } > /dev/null
elif command -v brew > /dev/null; then
  echo 'installing gnuplot with brew' >&2
  brew install --quiet gnuplot
fi
command -v gnuplot > /dev/null || { echo 'gnuplot is missing: install it (package gnuplot-nox or gnuplot)' >&2; exit 1; }
