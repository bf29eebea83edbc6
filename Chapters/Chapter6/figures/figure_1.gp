# "The forward process destroys structure; the reverse process reconstructs it"
width = 1000; height = 400
load "Chapters/style.gp"
@pictures_only
size = system(sprintf("head -c 15 '%s/there_and_back.pgm' | sed -n 2p", data))
columns = int(word(size, 1)); rows = int(word(size, 2))
set lmargin 0; set rmargin 0; set tmargin 0; set bmargin 0
scale = 4
set xrange [0:1000]; set yrange [400:0]
left = 60; top = 70
set arrow 1 from left, top - 14 to left + scale * columns, top - 14 size 12, 20 linewidth 2 linecolor rgb noise
set label 1 "forward: q(x_t | x_{t−1}) destroys structure" at left + scale * columns / 2.0, top - 38 center font ",15" textcolor rgb noise
set arrow 2 from left + scale * columns, top + scale * rows + 36 to left, top + scale * rows + 36 size 12, 20 linewidth 2 linecolor rgb signal
set label 2 "reverse: p_θ(x_{t−1} | x_t) reconstructs it" at left + scale * columns / 2.0, top + scale * rows + 60 center font ",15" textcolor rgb signal
plot data."/there_and_back.pgm" binary array=(columns, rows) dx=scale dy=scale skip=header(columns, rows) format="%uchar" origin=(left, top) with image, \
     data."/there_and_back.csv" using (left + scale * (32 * $0 + 13.5)):(top + scale * rows + 16):(sprintf("t = %d", column("t"))) with labels font ",12" textcolor rgb quiet
