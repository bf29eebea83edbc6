#!/bin/sh
# Lists the files that a chapter makes, whether they are there or not: files.sh CHAPTER
# Its data, by the record of its run (the record comes last), its pages, and its figures, by the scripts that draw them.
chapter=$1
data=data/chapter$chapter
if [ -f "$data/record.csv" ]; then
  sed -n "s,.*\,text\,\"\{0\,1\}→ \([^ \,]*\)\, .*,$data/\1,p" "$data/record.csv"
  echo "$data/checks.csv"
  echo "$data/record.csv"
fi
for script in Chapters/Chapter"$chapter"/figures/*.gp; do
  if [ ! -f "$script" ]; then continue; fi
  name=$(basename "$script" .gp) formats=png
  if grep -q '^# line art' "$script"; then formats='png svg'; fi
  if grep -q '^# animation' "$script"; then formats=gif; fi
  for format in $formats; do echo "figures/$name.$format"; done
done
