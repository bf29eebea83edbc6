# A thousand steps with noise, and fifty evaluations without.
width = 1200; height = 650
load "Chapters/style.gp"
@pictures_only
size(name) = system(sprintf("head -c 15 '%s/%s.pgm' | sed -n 2p", data, name))
set size ratio -1
set lmargin 0; set rmargin 0; set tmargin 2.5; set bmargin 0
set multiplot layout 1, 2
do for [name in "ddpm flow"] {
  columns = int(word(size(name), 1)); rows = int(word(size(name), 2))
  set xrange [-5:columns + 5]; set yrange [rows + 5:-5]
  set title (name eq "ddpm" ? "DDPM, 1000 steps" : "the probability-flow ODE") font ",14" offset 0, -0.5
  plot data."/".name.".pgm" binary array=(columns, rows) skip=header(columns, rows) format="%uchar" with image
}
unset multiplot
