# "DDPM generates diverse, high-quality handwritten digits after training"
width = 760; height = 760
load "Chapters/style.gp"
@pictures_only
digits = system(sprintf("head -c 15 '%s/digits.pgm' | sed -n 2p", data))
columns = int(word(digits, 1)); rows = int(word(digits, 2))
set size ratio -1
set lmargin 0; set rmargin 0; set tmargin 0; set bmargin 0
set xrange [-5:columns + 5]; set yrange [rows + 5:-5]
plot data."/digits.pgm" binary array=(columns, rows) skip=header(columns, rows) format="%uchar" with image
