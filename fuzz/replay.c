/* replay.c: feeds the files named on the command line, and those in the directories named
 * there, to a fuzz target, so that a corpus runs without a fuzzer. */
#include "fuzz.h"

#include <dirent.h>
#include <sys/stat.h>

static size_t replayed;

static int replay_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        perror(path);
        return 1;
    }
    uint8_t *data = NULL;
    size_t size = 0, got = 0;
    do {
        size += got;
        uint8_t *larger = realloc(data, size + 65536);
        if (larger == NULL) {
            free(data);
            fclose(file);
            fprintf(stderr, "%s: too large\n", path);
            return 1;
        }
        data = larger;
        got = fread(data + size, 1, 65536, file);
    } while (got > 0);
    fclose(file);
    uint8_t *exact = malloc(size > 0 ? size : 1); /* a byte too far is found out */
    if (exact != NULL) {
        for (size_t i = 0; i < size; i++)
            exact[i] = data[i];
        LLVMFuzzerTestOneInput(exact, size);
        replayed++;
    }
    int failed = exact == NULL;
    free(exact);
    free(data);
    return failed;
}

static int replay_directory(const char *path)
{
    DIR *directory = opendir(path);
    if (directory == NULL) {
        perror(path);
        return 1;
    }
    int failed = 0;
    for (struct dirent *entry = readdir(directory); entry != NULL; entry = readdir(directory)) {
        if (entry->d_name[0] == '.')
            continue;
        char name[4096];
        int length = snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
        failed |= length < 0 || (size_t)length >= sizeof name || replay_file(name) != 0;
    }
    closedir(directory);
    return failed;
}

int main(int count, char **arguments)
{
    int failed = 0;
    for (int i = 1; i < count; i++) {
        struct stat status;
        if (stat(arguments[i], &status) == 0 && S_ISDIR(status.st_mode))
            failed |= replay_directory(arguments[i]);
        else
            failed |= replay_file(arguments[i]);
    }
    printf("%zu inputs replayed\n", replayed);
    return failed || replayed == 0;
}
