# line art
# Do a thousand small steps and one jump have the same distribution?
width = 900; height = 440
load "Chapters/style.gp"
table = data."/walk_and_jump.csv"
of(timestep, name) = column("t") == timestep ? column(name) : NaN
set datafile missing NaN
set xlabel "x_t, started at x_0 = 0.8"
set ylabel "density"
set xrange [-3.5:3.5]; set yrange [0:1.35]
set style fill transparent solid 0.3 noborder
set boxwidth 0.05
unset key
set label "t = 100" at 1.15, 1.05 textcolor rgb signal
set label "t = 260" at 1.5, 0.35 textcolor rgb accent
set label "t = 1000" at -1.9, 0.17 right textcolor rgb noise
set label "bars: chains of single steps\nlines: one jump, N(√ᾱ_t x_0, 1 − ᾱ_t)" at graph 0.02, graph 0.94 textcolor rgb quiet
plot table using "x":(of(1000, "chains")) with boxes linecolor rgb noise, \
     table using "x":(of(260, "chains"))  with boxes linecolor rgb accent, \
     table using "x":(of(100, "chains"))  with boxes linecolor rgb signal, \
     table using "x":(of(1000, "formula")) with lines linestyle 2, \
     table using "x":(of(260, "formula"))  with lines linestyle 5, \
     table using "x":(of(100, "formula"))  with lines linestyle 1
