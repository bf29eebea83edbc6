# "The model progressively removes noise to reveal a clean image during sampling"
width = 1000; height = 970
load "Chapters/style.gp"
@pictures_only
size = system(sprintf("head -c 15 '%s/moments.pgm' | sed -n 2p", data))
columns = int(word(size, 1)); rows = int(word(size, 2))
chains = (rows + 1) / 58
set lmargin 0; set rmargin 0; set tmargin 0; set bmargin 0
scale = 3.15; gap = 10
set xrange [0:1000]; set yrange [970:0]
left = 70; top = 40
set for [k = 1:chains] label k "x_t" at left - 10, top + scale * (58 * (k - 1) + 14) right font ",14" textcolor rgb noise
set for [k = 1:chains] label chains + k "x̂_0" at left - 10, top + scale * (58 * (k - 1) + 43) right font ",14" textcolor rgb network
plot data."/moments.pgm" binary array=(columns, rows) dx=scale dy=scale skip=header(columns, rows) format="%uchar" origin=(left, top) with image, \
     data."/moments.csv" using (left + scale * (29 * $0 + 14)):(20):(sprintf("t = %d", column("t"))) with labels font ",13"
