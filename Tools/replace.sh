#!/bin/sh
# Puts a folder of new files in the place of an older one that this script has put there:
#   replace.sh NEW FOLDER        replace.sh --remove FOLDER
# It lists its files in FOLDER/.files and removes only those: what a person has added stays, and a folder without that list
# is somebody's own and is refused.
set -eu
stop() { echo "$2: expected $1; nothing was changed" >&2; exit 1; }

new=$1 folder=$2
list=$folder/.files
if [ "$new" = --remove ] && [ ! -f "$list" ]; then exit 0; fi
if [ -e "$folder" ] && [ ! -d "$folder" ]; then stop 'a folder' "$folder"; fi
if [ -d "$folder" ] && [ ! -f "$list" ] && [ -n "$(ls -A "$folder")" ]; then
  stop 'a folder that is new, empty, or was made by this project' "$folder"
fi

if [ "$new" != --remove ]; then
  (cd "$new" && find . -type f ! -path ./.files | LC_ALL=C sort) > "$new/.files"
  while read -r file; do
    if [ -e "$folder/$file" ] && ! grep -qxF "$file" "$list" 2> /dev/null; then
      stop "no file of somebody's own where one of these goes" "$folder/$file"
    fi
  done < "$new/.files"
fi

if [ -f "$list" ]; then
  while read -r file; do rm -f "$folder/$file"; done < "$list"
  rm "$list"
  find "$folder" -depth -type d -empty -delete
fi
if [ "$new" != --remove ]; then
  mkdir -p "$folder"
  cp -R "$new/." "$folder"
  rm -r "$new"
fi
