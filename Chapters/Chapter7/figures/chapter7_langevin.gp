# line art
# Langevin dynamics finds the modes, and not how much each weighs.
width = 1100; height = 420
load "Chapters/style.gp"
ends = data."/langevin_ends.csv"
stats ends using 1 nooutput
count = STATS_records
set multiplot layout 1, 2
set lmargin 11; set rmargin 2
set xlabel "steps"
set ylabel "share of the chains near 0.8"
set yrange [0.4:0.8]
set key top left
plot data."/langevin.csv" using "step":"plain" with lines linestyle 2 title "plain", \
     data."/langevin.csv" using "step":"annealed" with lines linestyle 1 title "annealed", \
     0.7 with lines linestyle 9 title "of the data"
set autoscale
set yrange [0:*]
wide = 0.04
bin(x) = wide * (floor(x / wide) + 0.5)
phi(x, m) = exp(-0.5 * (x - m) * (x - m) / 0.01) / sqrt(2 * pi * 0.01)
set samples 600
set xrange [-1.4:1.4]
set xlabel "x in the end"
set ylabel "density"
set style fill transparent solid 0.4 noborder
set boxwidth wide
plot ends using (bin(column("plain"))):(1.0 / (wide * count)) smooth frequency with boxes linecolor rgb noise title "plain", \
     ends using (bin(column("annealed"))):(1.0 / (wide * count)) smooth frequency with boxes linewidth 1.5 linecolor rgb signal fillstyle empty border linecolor rgb signal title "annealed", \
     0.3 * phi(x, -0.8) + 0.7 * phi(x, 0.8) with lines linestyle 3 title "the data"
unset multiplot
