# The true score, and by how much the network's differs from it.
width = 1100; height = 780
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
set multiplot layout 2, 3 margins 0.05, 0.99, 0.05, 0.95 spacing 0.03, 0.11
do for [i = 1:3] {
  t = moments[i]
  set title sprintf("the true score, t = %d", t)
  plot density using "x":"y":"density" every ::(i - 1) * places::i * places - 1 with image pixels, \
       field using (column("t") == t ? column("x") : NaN):"y":(column("true_x") * shorter(column("true_x"), column("true_y"))):(column("true_y") * shorter(column("true_x"), column("true_y"))) with vectors head size 0.09, 20 filled linecolor rgb truth linewidth 2
}
do for [i = 1:3] {
  t = moments[i]
  set title sprintf("error of the network, t = %d", t)
  dx(a) = column("learned_x") - column("true_x")
  dy(a) = column("learned_y") - column("true_y")
  plot density using "x":"y":"density" every ::(i - 1) * places::i * places - 1 with image pixels, \
       field using (column("t") == t ? column("x") : NaN):"y":(dx(0) * shorter(dx(0), dy(0))):(dy(0) * shorter(dx(0), dy(0))) with vectors head size 0.09, 20 filled linecolor rgb network linewidth 2
}
unset multiplot
