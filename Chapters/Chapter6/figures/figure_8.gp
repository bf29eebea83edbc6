# "Sampling iteratively denoises pure noise into a clean image over T steps"
width = 1100; height = 165
load "Chapters/style.gp"
@pictures_only
size = system(sprintf("head -c 15 '%s/one.pgm' | sed -n 2p", data))
columns = int(word(size, 1)); rows = int(word(size, 2))
set size ratio -1
set lmargin 1; set rmargin 1; set tmargin 0.3; set bmargin 0.3
set xrange [-2:columns + 2]; set yrange [rows + 14:-2]
plot data."/one.pgm" binary array=(columns, rows) skip=header(columns, rows) format="%uchar" with image, \
     data."/moments.csv" using (32 * $0 + 14):(rows + 6):(column("t") > 0 ? sprintf("t = %d", column("t")) : "x_0") with labels font ",12"
