# A residual block.
# line art
width = 1000; height = 330
load "Chapters/style.gp"
unset border; unset tics; unset grid; unset key
set lmargin 0; set rmargin 0; set tmargin 0; set bmargin 0
set xrange [0:1000]; set yrange [330:0]
middle = 150; over = 44; under = 262
flow = "size 11, 25 linewidth 2 linecolor rgb '#444444'"
time = "size 11, 25 linewidth 2 linecolor rgb accent"
box(n, x, w, color) = sprintf("set object %d rectangle center %g, middle size %g, 74 fillcolor rgb '%s' fillstyle transparent solid 0.25 border linewidth 1.5 linecolor rgb '%s'", n, x, w, color, color)
eval(box(1, 176, 132, quiet)); eval(box(2, 330, 112, signal))
eval(box(3, 590, 132, quiet)); eval(box(4, 744, 112, signal))
set object 7 rectangle center 460, under size 160, 62 fillcolor rgb accent fillstyle transparent solid 0.25 border linewidth 1.5 linecolor rgb accent
two(x) = sprintf("set label 'group norm' at %g, middle - 12 center font ',14' front; set label 'SiLU' at %g, middle + 14 center font ',14' front", x, x)
eval(two(176)); eval(two(590))
three(x) = sprintf("set label '3 × 3' at %g, middle - 12 center font ',14' front; set label 'convolution' at %g, middle + 14 center font ',14' front", x, x)
eval(three(330)); eval(three(744))
set label "⊕" at 460, middle center font ",28" front
set label "⊕" at 870, middle center font ",28" front
set label "SiLU, linear" at 460, under center font ",14" front
set label "x" at 34, middle center font ",18"
set label "y" at 966, middle center font ",18"
set label "h" at 502, middle - 20 center font ",16"
set label "e" at 230, under center font ",18"
set label "from the timestep" at 214, under + 30 center font ",13" textcolor rgb "#555555"
set label "one number for each channel," at 476, under - 62 left font ",13" textcolor rgb "#555555"
set label "added to all pixels" at 476, under - 42 left font ",13" textcolor rgb "#555555"
set label "the input as it is (1 × 1 convolution where the number of channels changes)" at 464, over - 20 center font ",13" textcolor rgb "#333333"
set arrow from 110, middle - 52 to 850, middle - 52 nohead linewidth 1 linecolor rgb quiet
set label "the correction" at 480, middle - 68 center font ",13" textcolor rgb "#333333"
set arrow from 50, middle to 110, middle @flow
set arrow from 242, middle to 274, middle @flow
set arrow from 386, middle to 440, middle @flow
set arrow from 480, middle to 524, middle @flow
set arrow from 656, middle to 688, middle @flow
set arrow from 800, middle to 850, middle @flow
set arrow from 890, middle to 946, middle @flow
set arrow from 74, middle to 74, over nohead linewidth 2 linecolor rgb "#444444"
set arrow from 74, over to 870, over nohead linewidth 2 linecolor rgb "#444444"
set arrow from 870, over to 870, middle - 20 @flow
set arrow from 248, under to 380, under @time
set arrow from 460, under - 31 to 460, middle + 20 @time
plot NaN
