# How fast does each schedule destroy a digit?
width = 1000; height = 310
load "Chapters/style.gp"
@pictures_only
size = system(sprintf("head -c 15 '%s/destroyed_linear.pgm' | sed -n 2p", data))
columns = int(word(size, 1)); rows = int(word(size, 2))
set lmargin 0; set rmargin 0; set tmargin 0; set bmargin 0
scale = 3.4
set xrange [0:width]; set yrange [height:0]
left = 120; top = 40; row = 140
middle(k) = left + scale * (32 * k + 14)
set label "linear" at left - 14, top + scale * 14 right font ",15" textcolor rgb signal
set label "cosine" at left - 14, top + scale * 14 + row right font ",15" textcolor rgb other
number(share) = share < 0.001 ? sprintf("%.0e", share) : sprintf("%.3f", share)
plot data."/destroyed_linear.pgm" binary array=(columns, rows) dx=scale dy=scale skip=header(columns, rows) format="%uchar" origin=(left, top) with image, \
     data."/destroyed_cosine.pgm" binary array=(columns, rows) dx=scale dy=scale skip=header(columns, rows) format="%uchar" origin=(left, top + row) with image, \
     data."/destroyed.csv" using (middle($0)):(top - 18):(sprintf("t = %d", column("t"))) with labels font ",13", \
     data."/destroyed.csv" using (middle($0)):(top + scale * 28 + 14):("ᾱ = ".number(column("linear"))) with labels font ",12" textcolor rgb quiet, \
     data."/destroyed.csv" using (middle($0)):(top + row + scale * 28 + 14):("ᾱ = ".number(column("cosine"))) with labels font ",12" textcolor rgb quiet
