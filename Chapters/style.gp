# One look for every figure. The Makefile sets data (the chapter's folder), format (png, svg or gif) and picture (the
# file to draw); a script sets width and height in pixels, loads this, and plots.
if (!exists("width")) width = 900
if (!exists("height")) height = 480
font = "DejaVu Sans,12"
if (format eq "png") set terminal pngcairo size width, height font font background rgb "white"
if (format eq "svg") set terminal svg size width, height font font background rgb "white"
set output picture

set datafile separator comma
set encoding utf8
set border 3 linecolor rgb "#444444"
set tics nomirror textcolor rgb "#444444"
set grid linecolor rgb "#dddddd" linewidth 1
set key spacing 1.2 samplen 2

# Wong 2011, told apart by the color-blind too. Where these words apply, a color has its meaning; a figure that
# compares other things takes them in this order and labels them.
signal    = "#0072b2"   # the data, x_0, the signal
noise     = "#d55e00"   # the noise, x_t
truth     = "#009e73"   # what is exact
network   = "#cc79a7"   # the network, what it predicts and makes
other     = network     # a second choice beside the first
accent    = "#e69f00"   # a marker, an example
quiet     = "#888888"   # a guide line
set style line 1 linecolor rgb signal linewidth 2.5 pointtype 7 pointsize 0.8
set style line 2 linecolor rgb noise  linewidth 2.5 pointtype 7 pointsize 0.8
set style line 3 linecolor rgb truth  linewidth 2.5 pointtype 7 pointsize 0.8
set style line 4 linecolor rgb other  linewidth 2.5 pointtype 7 pointsize 0.8
set style line 5 linecolor rgb accent linewidth 2.5 pointtype 7 pointsize 0.8
set style line 9 linecolor rgb quiet  linewidth 1.2 dashtype 2

# Pictures: the length of a PGM's header, and a plot without axes whose y points down as rows do.
header(columns, rows) = 8 + strlen(sprintf("%d %d", columns, rows))
pictures_only = "set palette gray; set cbrange [0:255]; unset colorbox; unset border; unset tics; unset grid; unset key"
