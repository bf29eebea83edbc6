#!/bin/sh
# Begins a chapter: new-chapter.sh NUMBER TITLE
# It makes the folder with a page that runs, a figure, its line for the README and its place in the list of chapters
# (Package.swift), and the file for the solutions of its exercises. What is there already is left.
set -eu
stop() { echo "new-chapter: $1" >&2; exit 2; }
cd "$(dirname "$0")/.."
number=${1:-} title=${2:-}
case $number in '' | 0* | *[!0-9]*) stop "expected N=17 and TITLE=\"Its title\", found N=$number" ;; esac
case $title in
'' | *[[:cntrl:]\"\\]*) stop "TITLE: expected a title of one line without quotes, found \"$(printf %s "$title" | tr '\n' ' ')\"" ;;
esac
folder=Chapters/Chapter$number
solutions=Tests/ExerciseTests/Chapter${number}Solutions.swift
for path in "$folder" "$solutions"; do if [ -e "$path" ]; then stop "$path is there already"; fi; done

mkdir -p "$folder/figures"
cat > "$folder/Options.swift" << EOS
import ArgumentParser
import Notebook

/// The options of the chapter: those that every chapter has.
struct Options: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "chapter$number", abstract: "Chapter $number.")

  @OptionGroup var common: ChapterOptions
}
EOS
cat > "$folder/main.swift" << EOS
/*:
# Chapter $number: $title

What will a reader be able to do who could not before?

A picture, the question, and what is known from the chapters before.
*/
import Deterministic
import Diffusion
import Formats
import Notebook

let options = Options.parsedOrExit()
let random = RandomNumbers(seed: options.common.seed)
let schedule = try NoiseSchedule.linear()
let page = Notebook(chapter: $number, options: options.common)
/*:
## The first result

Intuition in words, then the formula, every symbol named: \$\\bar\\alpha_t\$ is the share of the variance of
\$x_0\$ that is left at timestep \$t\$.

\$\$\\bar\\alpha_t = \\prod_{s=1}^{t} (1-\\beta_s)\$\$

Then the lines of code that are the formula, and a number that shows that it holds.
*/
let kept = schedule.timesteps.map { schedule.alphaBar(\$0) }
page.check("ᾱ_1000", kept[999], isPrinted: "4.04e-5")
page.write(
  CSV(columns: ["t", "alpha_bar"], rows: schedule.timesteps.map { [\$0, kept[\$0 - 1]] as [any CSVValue] }),
  to: "kept.csv")
page.figure("chapter${number}_kept", "The share of \$x_0\$ in the variance of \$x_t\$.")
/*:
## Remember

- One line for each thing to keep.

## Exercises

[Their worked solutions](SOLUTIONS.md) are tests that run (\`make exercises ARGS=Chapter$number\`).

1. **The first exercise.** At which timestep is \$\\bar\\alpha_t\$ first below a half?
*/
page.finish()
EOS
cat > "$folder/figures/chapter${number}_kept.gp" << EOS
# line art
# How much of x_0 is left at each timestep?
load "Chapters/style.gp"
set xlabel "timestep t"
set ylabel "ᾱ_t, the share of x_0 in the variance of x_t"
set yrange [0:1]
unset key
plot data."/kept.csv" using "t":"alpha_bar" with lines linewidth 3 linecolor rgb signal
EOS
cat > "$folder/about.md" << EOS
one line for the README's table: what the reader builds

![one line for who cannot see the picture](../../figures/chapter${number}_kept.png)
EOS
cat > "$solutions" << EOS
/*:
# Chapter $number: solutions

Every number that the text states is checked by the code below it.
*/
import Diffusion
import Testing

/*:
## 1. The first exercise

The question once more, then the answer, and its reason.
*/
@Test("chapter $number: ᾱ is first below a half at t = 260")
func chapter${number}FirstExercise() throws {
  let schedule = try NoiseSchedule.linear()
  #expect(schedule.timesteps.first { schedule.alphaBar(\$0) < 0.5 } == 260)
}
EOS
# Its line, in the order of the numbers.
awk -v number="$number" '
  /^  chapter\([0-9]+,/ { inside = 1; split($0, parts, /[(,]/); if (!done && parts[2] + 0 > number + 0) { print line; done = 1 } }
  inside && /^\]/ { if (!done) print line; done = 1; inside = 0 }
  { print }
' line="  chapter($number, uses: formulas)," Package.swift > Package.swift.new
mv Package.swift.new Package.swift
echo "$folder: edit main.swift, run \`make chapter$number\`, then \`make readme\`; $solutions has its solutions"
