# animation
# Noise becomes digits.
load "Chapters/style.gp"
set terminal gif animate delay 10 loop 0 size 450, 308 font "DejaVu Sans,13" background rgb "#ffffff"
set output picture
@pictures_only
set palette maxcolors 40
size = system(sprintf("head -c 15 '%s/frames.pgm' | sed -n 2p", data))
columns = int(word(size, 1)); rows = int(word(size, 2))
times = system(sprintf("tail -n +2 '%s/frames.csv' | tr '\\n\\r' '  '", data))
frames = words(times)
high = rows / frames
set lmargin 0.5; set rmargin 0.5; set tmargin 0.5; set bmargin 0.5
set xrange [-2:columns + 2]; set yrange [high + 14:-2]
do for [k = 1:frames] { do for [again = 1:(k == frames ? 20 : 1)] {
  unset label
  set label sprintf("t = %s", word(times, k)) at columns / 2.0, high + 7 center textcolor rgb noise
  plot data."/frames.pgm" binary array=(columns, high) skip=(header(columns, rows) + (k - 1) * columns * high) format="%uchar" with image
} }
