# line art
# One pixel: a density over gray levels.
width = 900; height = 400
load "Chapters/style.gp"
set xlabel "value of the pixel, in gray levels from the middle one"
set ylabel "density"
set xrange [-3.3:2.6]; set yrange [0:135]
set xtics -2, 1
set grid noxtics noytics
unset key
do for [i = -2:3] { set arrow from i - 0.5, 0 to i - 0.5, 112 nohead linecolor rgb quiet dashtype 2 }
set label 1 "true price:" at -3.25, 130 textcolor rgb truth
set label 2 "dequantized:" at -3.25, 121 textcolor rgb noise
plot data."/pixel.csv" using (127.5 * column("x")):"density" with filledcurves y=0 fillstyle solid 0.2 linecolor rgb signal, \
     data."/pixel.csv" using (127.5 * column("x")):"density" with lines linestyle 1, \
     data."/levels.csv" using (127.5 * column("center")):(130):(sprintf("%.2f bits", column("bits"))) with labels textcolor rgb truth, \
     data."/levels.csv" using (127.5 * column("center")):(121):(sprintf("%.2f bits", column("dequantized"))) with labels textcolor rgb noise
