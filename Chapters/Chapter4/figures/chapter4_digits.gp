# What can an MLP do with digits?
width = 1150; height = 600
load "Chapters/style.gp"
@pictures_only
guesses = data."/digits_guesses.csv"
set size ratio -1
set lmargin 0; set rmargin 0; set tmargin 0; set bmargin 0
set xrange [-78:480]; set yrange [268:-8]
row(k) = 14.5 + 29 * k
set label "unseen x_0" at -4, row(0) right font ",13"
set label "drawn from noise" at 360, 210 center font ",13"
plot data."/digits_guesses.pgm" binary array=(231, 260) skip=header(231, 260) format="%uchar" with image, \
     data."/digits_drawn.pgm" binary array=(231, 144) skip=header(231, 144) format="%uchar" origin=(245, 58) with image, \
     guesses using (-4):(row(1 + 2 * column(0))):(sprintf("t = %d", column("t"))) with labels right font ",13", \
     guesses using (-4):(row(2 + 2 * column(0))):(sprintf("its x̂_0, t = %d", column("t"))) with labels right font ",11" textcolor rgb quiet
