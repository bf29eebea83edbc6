# What does one jump from noise to the guess give, and what do many small steps?
width = 900; height = 490
load "Chapters/style.gp"
@pictures_only
size = system(sprintf("head -c 15 '%s/naive.pgm' | sed -n 2p", data))
columns = int(word(size, 1)); rows = int(word(size, 2))
set lmargin 0; set rmargin 0; set tmargin 0; set bmargin 0
scale = 3.6
set xrange [0:width]; set yrange [height:0]
left = 190; top = 20
title(steps) = steps == 0 ? "pure noise" : steps == 1 ? "one jump" : sprintf("%d steps", steps)
below(steps) = steps == 0 ? "x_T" : steps == 1 ? "to the guess" : "guess and step"
middle(row) = top + scale * (32 * row + 14)
plot data."/naive.pgm" binary array=(columns, rows) dx=scale dy=scale skip=header(columns, rows) format="%uchar" origin=(left, top) with image, \
     data."/naive.csv" using (left - 20):(middle($0) - 12):(title(column("steps"))) with labels right font ",15" textcolor rgb (noise), \
     data."/naive.csv" using (left - 20):(middle($0) + 12):(below(column("steps"))) with labels right font ",12" textcolor rgb quiet
