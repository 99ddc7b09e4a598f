/* SPDX-License-Identifier: MIT */
/* test/fuzz/replay.c - runs a fuzzer's function over files, without libFuzzer.
 * Arguments are files and folders (walked to the bottom); a name that does not exist is
 * no error, as not every fuzzer has seeds. The empty input is always run. */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t inputs;

static void die(const char *path)
{
    fprintf(stderr, "%s: %s\n", path, strerror(errno));
    exit(2);
}

static void run(const uint8_t *data, size_t size)
{
    inputs++;
    LLVMFuzzerTestOneInput(data, size);
}

static void run_file(const char *path, size_t size)
{
    FILE    *file = fopen(path, "rb");
    /* Exactly as large as the input, so that a sanitizer sees a read behind it. */
    uint8_t *data = malloc(size != 0 ? size : 1);
    if (file == NULL || data == NULL || fread(data, 1, size, file) != size)
        die(path);
    fclose(file);
    printf("%s\n", path);
    fflush(stdout); /* the last name printed is the one that crashed */
    run(data, size);
    free(data);
}

static void run_path(const char *path)
{
    struct stat st;
    if (stat(path, &st) != 0) {
        if (errno != ENOENT)
            die(path);
        return;
    }
    if (!S_ISDIR(st.st_mode)) {
        run_file(path, (size_t)st.st_size);
        return;
    }

    struct dirent **names;
    const int       count = scandir(path, &names, NULL, alphasort);
    if (count < 0)
        die(path);
    for (int i = 0; i < count; i++) {
        char child[PATH_MAX];
        if (names[i]->d_name[0] != '.') {
            snprintf(child, sizeof child, "%s/%s", path, names[i]->d_name);
            run_path(child);
        }
        free(names[i]);
    }
    free(names);
}

int main(int argc, char **argv)
{
    run((const uint8_t *)"", 0);
    for (int i = 1; i < argc; i++)
        run_path(argv[i]);
    printf("%zu inputs\n", inputs);
    return 0;
}
