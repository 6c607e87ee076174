/* file_calls.c: the system's file calls. */
#define _DEFAULT_SOURCE /* madvise, flock */
#include "base/file_calls.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

int bp_call_open_read(const char *path)
{
    return open(path, O_RDONLY | O_CLOEXEC);
}

int bp_call_open_new(const char *path)
{
    return open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
}

long bp_call_read(int file, void *bytes, size_t size)
{
    ssize_t got = 0;
    do
        got = read(file, bytes, size);
    while (got < 0 && errno == EINTR);
    return (long)got;
}

long bp_call_write(int file, const void *bytes, size_t size)
{
    ssize_t put = 0;
    do
        put = write(file, bytes, size);
    while (put < 0 && errno == EINTR);
    return (long)put;
}

int bp_call_sync(int file)
{
    return fsync(file);
}

int bp_call_close(int file)
{
    return close(file);
}

int bp_call_rename(const char *from, const char *to)
{
    return rename(from, to);
}

int bp_call_remove(const char *path)
{
    return unlink(path);
}

bool bp_call_lock(int file)
{
    struct stat status;
    if (flock(file, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
        return false;
    return fstat(file, &status) != 0 || status.st_nlink > 0;
}

/* The lock is held until the name is gone, and a writer's name is that file's as long as it holds
 * the lock: so what is removed is what was looked at. */
int bp_call_remove_unlocked(const char *path)
{
    struct stat status, named;
    int file = open(path, O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (file < 0)
        return -1;
    bool dead = fstat(file, &status) == 0 && S_ISREG(status.st_mode) && status.st_uid == geteuid()
                && flock(file, LOCK_EX | LOCK_NB) == 0 && lstat(path, &named) == 0
                && named.st_dev == status.st_dev && named.st_ino == status.st_ino;
    int result = dead ? unlink(path) : -1;
    close(file);
    if (!dead)
        errno = EEXIST;
    return result;
}

bool bp_call_regular_size(int file, size_t *size)
{
    struct stat status;
    if (fstat(file, &status) != 0 || !S_ISREG(status.st_mode) || status.st_size < 0)
        return false;
    *size = (size_t)status.st_size;
    return true;
}

bool bp_call_is_directory(int file)
{
    struct stat status;
    return fstat(file, &status) == 0 && S_ISDIR(status.st_mode);
}

void *bp_call_map(int file, size_t size)
{
    void *mapping = mmap(NULL, size, PROT_READ, MAP_PRIVATE, file, 0);
    return mapping == MAP_FAILED ? NULL : mapping;
}

void bp_call_unmap(void *mapping, size_t size)
{
    munmap(mapping, size);
}

size_t bp_call_page_size(void)
{
    return (size_t)sysconf(_SC_PAGESIZE);
}

void bp_call_populate(void *block, size_t size, bool write)
{
#ifdef MADV_POPULATE_WRITE
    size_t page = bp_call_page_size(), skip = (page - (uintptr_t)block % page) % page;
    if (size < skip + page)
        return;
    int advice = write ? MADV_POPULATE_WRITE : MADV_POPULATE_READ;
    unsigned char *pages = (unsigned char *)block + skip;
    size_t length = (size - skip) / page * page;
    if (write)
        madvise(pages, length, MADV_HUGEPAGE);
    madvise(pages, length, advice);
#else
    (void)block;
    (void)size;
    (void)write;
#endif
}
