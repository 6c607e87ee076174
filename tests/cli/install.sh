#!/bin/sh
# install.sh: what is installed serves programs outside this tree, found by pkg-config and
# by CMake, shared and static, wherever the tree is moved to.
. "$SOURCE_DIR/tests/cli/support.sh"
: "${BUILD_DIR:?the folder of the build}" "${CC:?the C compiler}"

# Sanitizers and counters need their own flags in every program that links the library.
if [ -n "${INSTRUMENT:-}" ]; then
    echo "skipped: an instrumented build is not for installing"
    exit 77
fi

asked="cmake --install"
DESTDIR=$scratch/stage cmake --install "$BUILD_DIR" >"$answers/out" 2>"$answers/err" \
    || complain "it failed"
prefix=$(dirname "$(find "$scratch/stage" -type d -name include)")
library=$(dirname "$(find "$prefix" -name libbackprop.a)")
for path in bin/backprop include/backprop.h include/backprop/net.h share/man/man1/backprop.1 \
    share/bash-completion/completions/backprop share/zsh/site-functions/_backprop \
    share/fish/vendor_completions.d/backprop.fish share/backprop/wheat-seeds.csv; do
    [ -s "$prefix/$path" ] || complain "$path was not installed"
done
for name in libbackprop.a libbackprop.so libbackprop.so.0 pkgconfig/backprop.pc \
    cmake/backprop/backpropConfig.cmake; do
    [ -s "$library/$name" ] || complain "$name was not installed"
done
is "$(cd "$source/include" && find . -type f | sort)" \
    "$(cd "$prefix/include" && find . -type f | sort)" "headers"

# The tree is moved: nothing in it may remember where it was.
mv "$prefix" "$scratch/moved"
library=$scratch/moved/${library#"$prefix"/}
prefix=$scratch/moved
[ "$("$prefix/bin/backprop" version | head -n 1)" = "$("$program" version | head -n 1)" ] \
    || complain "the installed program is another"

cat >exclusive_or.c <<'END'
#include <backprop.h>

#include <stdio.h>
#include <stdlib.h>

int main(void)
{
    bp_error error;
    bp_net *net;
    if (bp_net_new(&net, "2-3-1", BP_SQUARED_ERROR, NULL, &error) != BP_OK) {
        fprintf(stderr, "%s\n", error.message);
        return EXIT_FAILURE;
    }
    printf("%s: %zu parameters\n", bp_version(), bp_net_parameter_count(net));
    bp_net_free(net);
    return EXIT_SUCCESS;
}
END
version=$("$program" version | sed -n '1s/^backprop //p')
wanted="$version: 13 parameters"

# built HOW: ./exclusive_or was made and says what it should.
built()
{
    asked="a program built $1"
    is "$wanted" "$(LD_LIBRARY_PATH=$library ./exclusive_or 2>>"$answers/err")" "its output"
    rm -f exclusive_or
}

if command -v pkg-config >/dev/null; then
    export PKG_CONFIG_PATH="$library/pkgconfig"
    $CC exclusive_or.c $(pkg-config --cflags --libs backprop) -o exclusive_or 2>"$answers/err"
    objdump -p exclusive_or 2>/dev/null | grep -q 'NEEDED.*libbackprop.so.0' \
        || complain "it does not ask for libbackprop.so.0"
    built "with pkg-config"
    $CC -static exclusive_or.c $(pkg-config --static --cflags --libs backprop) -o exclusive_or \
        2>"$answers/err"
    built "with pkg-config --static"
    is "$version" "$(pkg-config --modversion backprop)" "its version"
fi

# find_package, as shared by default and as static where asked for by name.
for kind in backprop static; do
    mkdir -p "project-$kind"
    cat >"project-$kind/CMakeLists.txt" <<END
cmake_minimum_required(VERSION 3.25)
project(outside C)
find_package(backprop 0.1 REQUIRED)
add_executable(exclusive_or ../exclusive_or.c)
target_link_libraries(exclusive_or backprop::$kind)
END
    { cmake -S "project-$kind" -B "project-$kind/build" -DCMAKE_PREFIX_PATH="$prefix" \
        -DCMAKE_C_COMPILER="$CC" && cmake --build "project-$kind/build"; } \
        >"$answers/out" 2>"$answers/err"
    cp "project-$kind/build/exclusive_or" . || complain "backprop::$kind did not build"
    built "with CMake's backprop::$kind"
done

# Inside another project: the library, neither its tests nor the program nor an install.
asked="add_subdirectory"
mkdir host
cat >host/CMakeLists.txt <<END
cmake_minimum_required(VERSION 3.25)
project(host C)
add_subdirectory($source backprop)
add_executable(exclusive_or ../exclusive_or.c)
target_link_libraries(exclusive_or backprop::backprop)
END
cmake -S host -B host/build -DCMAKE_C_COMPILER="$CC" >"$answers/out" 2>"$answers/err" \
    || complain "it does not configure"
is "" "$(sed -n 's/^CMAKE_BUILD_TYPE:[^=]*=//p' host/build/CMakeCache.txt)" "the host's build type"
cmake --build host/build --target help >"$answers/targets"
contains "$answers/targets" backprop_static
grep -E 'test|example_|replay_|backprop_program' "$answers/targets" \
    && complain "it brings more than the library"
grep -q libbackprop host/build/backprop/cmake_install.cmake && complain "it installs"
finish
