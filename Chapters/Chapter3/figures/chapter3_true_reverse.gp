# line art
# Is a step back a Gaussian?
width = 1100; height = 400
load "Chapters/style.gp"
table = data."/reverse.csv"
stats table using "steps" nooutput
few = int(STATS_min)
stats table using (column("steps") == few ? column("t") : 1/0) nooutput
deciding = int(STATS_min)
of(count, timestep, name) = column("steps") == count && column("t") == timestep ? column(name) : NaN
set datafile missing NaN
set style fill solid 0.25 noborder
set multiplot layout 1, 3
set xlabel "x_{t−1}"
set yrange [0:*]
set xtics 0.1
set key top left reverse Left samplen 1
counts(i) = i == 3 ? few : 1000
timestep(i) = i == 1 ? 2 : i == 2 ? 500 : deciding
do for [i = 1:3] {
  T = counts(i); k = timestep(i)
  set title sprintf("%s: T = %d, t = %d", i == 3 ? "a large step" : "a small step", T, k)
  if (i == 1) { set ylabel "density" } else { unset ylabel }
  if (i == 1) { set xtics 0.04 }
  if (i == 2) { set xtics 0.2 }
  if (i == 3) { set xtics 1 }
  set autoscale
  stats table using (of(T, k, "truth")) nooutput
  set yrange [0:(i == 3 ? 2.6 : i == 1 ? 2.3 : 1.6) * STATS_max]
  plot table using "x":(of(T, k, "truth"))           with filledcurves y1=0 linecolor rgb truth title "true q(x_{t−1}|x_t)", \
       table using "x":(of(T, k, "with_beta"))       with lines linestyle 4 linewidth 2 title "Gaussian, σ_t² = β_t", \
       table using "x":(of(T, k, "with_beta_tilde")) with lines linestyle 4 linewidth 2 dashtype (6, 4) title "Gaussian, σ_t² = β̃_t"
}
unset multiplot
