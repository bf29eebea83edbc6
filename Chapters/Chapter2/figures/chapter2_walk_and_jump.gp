# line art
# Do a thousand small steps and one jump have the same distribution?
width = 1100; height = 420
load "Chapters/style.gp"
table = data."/walk_and_jump.csv"
of(timestep, name) = column("t") == timestep ? column(name) : NaN
set datafile missing NaN
set xrange [-3.5:3.5]; set yrange [0:1.35]
set xtics 1
set style fill transparent solid 0.35 noborder
set boxwidth 0.05
set multiplot layout 1, 3 margins 0.06, 0.985, 0.17, 0.87 spacing 0.035
set ylabel "density"
do for [t in "100 260 1000"] {
  stop = t + 0
  # Of N(√ᾱ_t x_0, 1 − ᾱ_t) the middle is where the density is highest.
  stats table using (of(stop, "formula")) nooutput
  highest = STATS_max
  variance = 1 / (2 * pi * highest ** 2)
  middle = 0.8 * sqrt(1 - variance > 0 ? 1 - variance : 0)
  set title sprintf("t = %d", stop) font ",14"
  set xlabel "x_t"
  if (stop == 100) { set key top left samplen 1.5 reverse Left } else { unset key }
  set arrow 1 from middle, 0 to middle, highest nohead linecolor rgb signal linewidth 2 dashtype 2 front
  plot table using "x":(of(stop, "chains")) with boxes linecolor rgb noise title "chains", \
       table using "x":(of(stop, "formula")) with lines linestyle 3 title "one jump", \
       NaN with lines linecolor rgb signal linewidth 2 dashtype 2 title "√ᾱ_t x_0"
  unset ylabel; set ytics format ""
}
unset multiplot
