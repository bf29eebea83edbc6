#!/bin/sh
# Makes the chapters' pages, and what they link to, one HTML book that is read from its files, without a network; and all
# chapters as one page (book.html, to be searched), as EPUB and, with Chromium, as PDF:
#   book.sh FOLDER CHAPTER ...
# pandoc does it, with Book/book.lua, Book/page.html and Book/style.css. The files of an older book are replaced when the new one is whole.
set -eu
folder=$1
shift
work=.build/book
if ! pandoc --from gfm+tex_math_dollars --to html5 < /dev/null > /dev/null 2>&1; then
  echo "book: pandoc 2.17 or later is needed, this is $(pandoc --version | head -n 1)" >&2
  exit 1
fi
rm -rf "$work"
mkdir -p "$work/pages"
: > "$work/needed.txt"

page() { # page SOURCE FILE: the file's page; a source that isn't Markdown is listed
  case $1 in
    *.md) cp "$1" "$work/source.md" ;;
    *) { printf '# `%s`\n\n~~~~~~%s\n' "$1" "${1##*.}"; cat "$1"; printf '\n~~~~~~\n'; } > "$work/source.md" ;;
  esac
  toc=
  if [ "$(grep -c '^##* ' "$work/source.md")" -gt 2 ] && [ "${1##*.}" = md ]; then toc=--toc; fi
  pandoc --from gfm+tex_math_dollars+footnotes --to html5 --standalone --mathml --wrap preserve --fail-if-warnings \
    $toc --toc-depth 2 --template Book/page.html --lua-filter Book/book.lua \
    --metadata source="$1" --metadata chapters="$chapters" --metadata needed="$work/needed.txt" \
    --output "$work/pages/$2" "$work/source.md"
}

chapters=$*
page README.md index.html
for chapter in "$@"; do page "Chapters/Chapter$chapter/README.md" "chapter$chapter.html"; done

# The chapters and what belongs to them as one: parsed one by one, then put together.
part() { # part SOURCE: adds it to the parts
  parts="$parts $work/part$#-$(echo "$1" | tr / -).json"
  pandoc --from gfm+tex_math_dollars+footnotes --to json --wrap preserve --lua-filter Book/book.lua --metadata single=true \
    --metadata source="$1" --metadata chapters="$chapters" --metadata needed="$work/needed.txt" \
    --output "$work/part$#-$(echo "$1" | tr / -).json" "$1"
}
parts=
for chapter in "$@"; do part "Chapters/Chapter$chapter/README.md"; done
for page in workshop notation glossary references; do if [ -f "Book/$page.md" ]; then part "Book/$page.md"; fi; done

# What the head of each page links to.
for page in notation glossary; do echo "page Book/$page.md Book-$page.md.html" >> "$work/needed.txt"; done

# What they link to, and what that links to, and so on.
while next=$(sort -u "$work/needed.txt" | sed -n 's/^page //p' \
  | while read -r source file; do test -f "$work/pages/$file" || echo "$source $file"; done) && [ -n "$next" ]; do
  echo "$next" > "$work/next.txt"
  while read -r source file; do page "$source" "$file"; done < "$work/next.txt"
done

# A page among the figures links to the others as the repository has them; here they have other names. And in a
# page's figure a reader's machine may lack the font of gnuplot's drawings: it gets one of the same widths.
mkdir -p "$work/pages/figures"
sort -u "$work/needed.txt" | sed -n 's/^figure //p' | while read -r source file; do
  mkdir -p "$work/pages/$(dirname "$file")"
  case $source in
    *.svg) sed 's/font-family="DejaVu Sans"/font-family="DejaVu Sans, Verdana, sans-serif"/g' "$source" ;;
    *.html) sed -e 's,\.\./Chapters/Chapter\([0-9]*\)/README\.md,../chapter\1.html,g' -e 's,\.\./README\.md,../index.html,g' "$source" ;;
    *) cat "$source" ;;
  esac > "$work/pages/$file"
done
cp Book/style.css "$work/pages/style.css"

title='Diffusion by Hand'
# shellcheck disable=SC2086
pandoc --from json --to html5 --standalone --mathml --wrap preserve --toc --toc-depth 2 --template Book/page.html \
  --metadata pagetitle="$title" --metadata whole=true --output "$work/pages/book.html" $parts
# shellcheck disable=SC2086
pandoc --from json --to epub3 --mathml --metadata title="$title" --metadata lang=en-US --css Book/epub.css \
  --resource-path "$work/pages" --toc-depth 2 --output "$work/pages/diffusion-by-hand.epub" $parts
python3 -B "$(dirname "$0")/browser.py" "$work/pages/book.html" "$work/pages/diffusion-by-hand.pdf"
if [ -f "$work/pages/diffusion-by-hand.pdf" ]; then
  for page in "$work"/pages/*.html; do
    sed 's,^<a href="diffusion-by-hand.epub">EPUB</a>$,&\n<a href="diffusion-by-hand.pdf">PDF</a>,' "$page" > "$work/page.html"
    mv "$work/page.html" "$page"
  done
fi

sh "$(dirname "$0")/replace.sh" "$work/pages" "$folder"
echo "$folder/index.html: $(ls "$folder"/*.html | wc -l | tr -d ' ') pages, $(ls "$folder/figures" | wc -l | tr -d ' ') figures"
