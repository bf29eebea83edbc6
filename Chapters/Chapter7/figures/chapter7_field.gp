# What has the network learned? The score, beside the true one.
width = 1200; height = 470
load "Chapters/style.gp"
field = data."/field.csv"
density = data."/density.csv"
stats density using "t" nooutput
places = int(STATS_records) / 3
array moments[3] = [50, 200, 500]
set size ratio -1
set xrange [-3:3]; set yrange [-3:3]
unset key; unset grid; unset colorbox
set xtics 1; set ytics 1
set palette defined (0 "white", 1 "#7fb2d8")
# Lengths from 0 to infinity become lengths from 0 to the spacing of the arrows.
shorter(x, y) = 0.42 / (1.5 + sqrt(x * x + y * y))
set multiplot layout 1, 3 margins 0.04, 0.99, 0.14, 0.92 spacing 0.04
do for [i = 1:3] {
  t = moments[i]
  set title sprintf("t = %d", t)
  plot density using "x":"y":"density" every ::(i - 1) * places::i * places - 1 with image pixels, \
       field using (column("t") == t ? column("x") : NaN):"y":(column("true_x") * shorter(column("true_x"), column("true_y"))):(column("true_y") * shorter(column("true_x"), column("true_y"))) with vectors head size 0.09, 20 filled linecolor rgb truth linewidth 3, \
       field using (column("t") == t ? column("x") : NaN):"y":(column("learned_x") * shorter(column("learned_x"), column("learned_y"))):(column("learned_y") * shorter(column("learned_x"), column("learned_y"))) with vectors head size 0.09, 20 filled linecolor rgb noise linewidth 1.2
}
unset multiplot
