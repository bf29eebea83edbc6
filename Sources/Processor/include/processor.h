// Linking this module is all: `processor.c` looks at the machine before a program begins. Nothing here is to be called.
