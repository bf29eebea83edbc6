# animation
# The walk to noise, and the way back that knows the picture.
load "Chapters/style.gp"
set terminal gif animate delay 12 loop 0 size 300, 330 font "DejaVu Sans,11" background rgb "#ffffff"
set output picture
@pictures_only
set palette maxcolors 40
stats data."/left.csv" using "t" nooutput
T = int(STATS_max)
frames = 2 * (T + 1)
start = header(128, frames * 128)
set lmargin 1; set rmargin 1; set tmargin 0.5; set bmargin 0.5
set xrange [-3:130]; set yrange [144:-3]
# The last frame of each way stays a while, drawn several times; the way back begins where the way there ended.
hold(k) = k == T || k == frames - 1 ? 5 : 1
do for [k = 0:frames - 1] { if (k != T + 1) { do for [again = 1:hold(k)] {
  t = k <= T ? k : 2 * T + 1 - k
  unset label
  set label (k <= T ? sprintf("forward, t = %d", t) : sprintf("back, t = %d", t)) at 64, 138 center \
    textcolor rgb (k <= T ? noise : signal)
  plot data."/frames.pgm" binary array=(128, 128) skip=(start + k * 128 * 128) format="%uchar" with image
} } }
