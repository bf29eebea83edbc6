# What can an MLP do with digits?
width = 1180; height = 640
load "Chapters/style.gp"
@pictures_only
set size ratio -1
set lmargin 0; set rmargin 0; set tmargin 0; set bmargin 0
set xrange [-75:482]; set yrange [266:-20]
row(k) = 14.5 + 29 * k
set label "unseen x_0" at -4, row(0) right font ",14" textcolor rgb signal
array t[4] = [50, 200, 400, 700]
do for [k = 1:4] {
  set label sprintf("x_t, t = %d", t[k]) at -4, row(2 * k - 1) right font ",14" textcolor rgb noise
  set label "its x̂_0" at -4, row(2 * k) right font ",14" textcolor rgb network
}
set label "unseen digits, noised and cleaned" at 115, -10 center font ",15"
set label "samples, from pure noise" at 360, 48 center font ",15"
plot data."/digits_guesses.pgm" binary array=(231, 260) skip=header(231, 260) format="%uchar" with image, \
     data."/digits_drawn.pgm" binary array=(231, 144) skip=header(231, 144) format="%uchar" origin=(245, 58) with image
