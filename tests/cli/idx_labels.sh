#!/bin/sh
# idx_labels.sh: IDX images find the labels that lie beside them, by the names that MNIST gave;
# images alone are a table too, and labels that are none, or of others, are one error.
. "$SOURCE_DIR/tests/cli/support.sh"

# Four images of two pixels: the first is bright where the label is 1.
images='\0\0\10\3\0\0\0\4\0\0\0\1\0\0\0\2\377\1\2\3\360\4\5\6'
labels='\0\0\10\1\0\0\0\4\1\0\1\0'
mkdir images lone
for folder in images lone; do # the folder's own name is not the file's
    printf "$images" >"$folder/few-images-idx3-ubyte"
done
printf "$labels" >images/few-labels-idx1-ubyte

good data describe images/few-images-idx3-ubyte
contains "$answers/out" "idx, 2 numbers a row, with their labels"
contains "$answers/out" "label"
good data describe lone/few-images-idx3-ubyte
contains "$answers/out" "idx, 2 numbers a row"
grep -q label "$answers/out" && complain "there are labels"

# A name that is not of that kind has no labels.
cp images/few-images-idx3-ubyte images/other-idx3
good data describe images/other-idx3
grep -q label "$answers/out" && complain "there are labels of another file"

# Labels of three images, labels that are images, and what is no IDX file.
refused="these are no IDX labels of the 4 images of lone/few-images-idx3-ubyte"
printf '\0\0\10\1\0\0\0\3\1\0\1' >lone/few-labels-idx1-ubyte
bad 3 "backprop: lone/few-labels-idx1-ubyte: $refused" data describe lone/few-images-idx3-ubyte
cp lone/few-images-idx3-ubyte lone/few-labels-idx1-ubyte
bad 3 "backprop: lone/few-labels-idx1-ubyte: $refused" data describe lone/few-images-idx3-ubyte
echo none >lone/few-labels-idx1-ubyte
bad 3 "backprop: lone/few-labels-idx1-ubyte: $refused" data describe lone/few-images-idx3-ubyte
finish
