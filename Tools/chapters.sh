#!/bin/sh
# Prints the numbers of the book's chapters, in order. The one list of them stands in Package.swift.
sed -n 's/^  chapter(\([0-9][0-9]*\),.*/\1/p' "$(dirname "$0")/../Package.swift"
