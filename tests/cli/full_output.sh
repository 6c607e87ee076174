#!/bin/sh
# full_output.sh: whatever prints says so in one line, and ends with 5, where nothing more can be
# written to standard output.
. "$SOURCE_DIR/tests/cli/support.sh"
[ -c /dev/full ] || exit 77

good train "$seeds" -q -e 1 -o seeds.model

# full VERB ARGUMENTS...: the verb is ticked off.
tried=
full()
{
    tried="$tried $1"
    asked="backprop $*"
    program "$@" >/dev/full 2>"$answers/err" </dev/null
    status=$?
    : >"$answers/out"
    case " $* " in
    *" --json "*) contains "$answers/err" '"message":"cannot write: No space left on device","file":"standard output"' ;;
    *) is "backprop: standard output: cannot write: No space left on device" "$(tail -n 1 "$answers/err")" "the line" ;;
    esac
    is 5 "$status" "exit status"
}

for form in "" --json; do
    full tutorial "$seeds" --section 1 $form
    full cv "$seeds" -q -e 1 $form
    full train "$seeds" -q -e 1 -o new.model -f --json
    full predict seeds.model "$seeds" -q $form
    full eval seeds.model "$seeds" -q --resamples 5 $form
    full show seeds.model $form
    full explain seeds.model "$seeds" -q --repeats 1 $form
    full step seeds.model "$seeds" $form
    full data describe "$seeds" $form
    full engines $form
    full version $form
    full tune "$seeds" -q -e 1 --hidden 3 --optimizer l-bfgs -a tanh --dropout 0 --scaling none \
        --loss cross-entropy --folds 2 --budget-steps 100 -o new.model -f $form
done
full train "$seeds" -q -e 1 -o -
full train "$seeds" -q -e 1 -o new.model -f --plot -
full show seeds.model --plot -
full calibrate seeds.model "$seeds" -q -o -
full calibrate seeds.model "$seeds" -o new.model -f --json
full report seeds.model "$seeds" -q --resamples 5 -o -
full data make moons -o -
full help
full help train
full help --man
full train --help
full --help
full --version
full completion bash

# No verb was forgotten.
for verb in $("$program" help | sed -n '/^Verbs/,/^$/s/^  \([a-z][a-z]*\)  .*/\1/p'); do
    case " $tried " in
    *" $verb "*) ;;
    *) complain "the verb $verb is not tried" ;;
    esac
done

finish
