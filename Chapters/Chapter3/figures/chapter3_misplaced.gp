# line art
# How much does DDPM's Gaussian get wrong, even with a perfect network?
width = 1000; height = 430
load "Chapters/style.gp"
table = data."/misplaced.csv"
stats table using "steps" nooutput
few = int(STATS_min)
of(count, name) = column("steps") == count ? 100 * column(name) : NaN
set datafile missing NaN
set yrange [0:60]
set format y "%g %%"
set lmargin 9; set rmargin 2
set multiplot layout 1, 2
set ylabel "probability in the wrong place"
set key top right samplen 2
set title (few == 10 ? "ten large steps" : sprintf("%d steps", few)) font ",14"
set xlabel "timestep t"
wide = 0.35 * (few > 10 ? few / 10 : 1)
set boxwidth wide
set style fill solid 0.8 noborder
set xrange [0:few + 1]
if (few <= 10) { set xtics 1 }
plot table using (column("t") - wide / 2):(of(few, "with_beta")) with boxes linecolor rgb network title "σ_t² = β_t", \
     table using (column("t") + wide / 2):(of(few, "with_beta_tilde")) with boxes linecolor rgb network fillstyle empty border title "σ_t² = β̃_t"
set title "a thousand small steps" font ",14"
unset ylabel
set logscale x
set xtics auto
set xrange [0.9:1100]
unset key
set label 1 "σ_t² = β̃_t" at 5, 12 textcolor rgb network font ",13"
set label 2 "σ_t² = β_t: below 1 %" at 30, 4 textcolor rgb network font ",13"
plot table using "t":(of(1000, "with_beta")) with linespoints linestyle 4 title "σ_t² = β_t", \
     table using "t":(of(1000, "with_beta_tilde")) with linespoints linestyle 4 dashtype (6, 4) pointtype 6 title "σ_t² = β̃_t"
unset multiplot
