// The department's system of the bench: HTTP/1.1 keep-alive, one thread, epoll, never the bottleneck.
//   cc -O2 -o upstream upstream.c && ./upstream PORT [BODY_BYTES]
// Any path: 1 KB of JSON. A path with "/slow": the same after 2 s. "/download?bytes=N": N bytes.
// A request's body (Content-Length) is read to its end and forgotten.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 65536, HEAD = 16384, CHUNK = 262144 };
static const long long SLOW_NS = 2000000000LL;

struct connection {
  int length, waiting;       // bytes in `head`; whether an answer is due later
  long long body, rest;      // bytes still to come of a request's body, bytes still to go of a download
  unsigned generation;       // so that a timer of a connection that is gone hits nobody
  char head[HEAD];
};
struct timer { long long due; int fd; unsigned generation; };

static struct connection *connections[MOST];
static struct timer timers[MOST];
static unsigned first_timer, next_timer, generations;
static char *answer, *chunk;
static size_t answer_length;
static int epoll;

static long long now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void drop(int fd) {
  close(fd);
  free(connections[fd]);
  connections[fd] = 0;
}

static int answered(int fd) { return write(fd, answer, answer_length) == (ssize_t)answer_length; }

static void watch(int fd, unsigned events) {
  struct epoll_event event = {.events = events, .data.fd = fd};
  epoll_ctl(epoll, EPOLL_CTL_MOD, fd, &event);
}

static int download(int fd, struct connection *c) {  // 0: the connection is gone
  while (c->rest > 0) {
    ssize_t sent = write(fd, chunk, c->rest < CHUNK ? c->rest : CHUNK);
    if (sent < 0 && errno == EAGAIN) { watch(fd, EPOLLIN | EPOLLOUT); return 1; }
    if (sent <= 0) return 0;
    c->rest -= sent;
  }
  watch(fd, EPOLLIN);
  return 1;
}

static int start(int fd, struct connection *c, char *head) {
  char *line_end = strstr(head, "\r\n"), *slow, *large;
  *line_end = 0;
  slow = strstr(head, "/slow");
  large = strstr(head, "/download?bytes=");
  *line_end = '\r';
  if (slow) {
    c->waiting = 1;
    timers[next_timer++ % MOST] = (struct timer){now() + SLOW_NS, fd, c->generation};
    return 1;
  }
  if (!large) return answered(fd);
  char text[160];
  c->rest = atoll(large + 16);
  int n = sprintf(text, "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: %lld\r\n\r\n", c->rest);
  if (write(fd, text, n) != n) return 0;
  return download(fd, c);
}

static int read_on(int fd, struct connection *c) {  // every whole request in `head`; 0: the connection is gone
  char *at = c->head, *end;
  while (!c->waiting && !c->rest) {
    int have = c->head + c->length - at;
    if (c->body > 0) {
      int taken = c->body < have ? (int)c->body : have;
      c->body -= taken;
      at += taken;
      if (c->body > 0) break;
      if (!answered(fd)) return 0;
      continue;
    }
    if (!(end = memmem(at, have, "\r\n\r\n", 4))) break;
    end[2] = 0;
    char *field = strcasestr(at, "\ncontent-length:");
    c->body = field ? atoll(field + 16) : 0;
    end[2] = '\r';
    if (c->body == 0 && !start(fd, c, at)) return 0;
    at = end + 4;
  }
  c->length -= at - c->head;
  memmove(c->head, at, c->length);
  return c->length < HEAD - 1;
}

static void readable(int fd) {
  struct connection *c = connections[fd];
  for (;;) {
    if (c->waiting || c->rest) return;
    ssize_t got = read(fd, c->head + c->length, HEAD - 1 - c->length);
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) { drop(fd); return; }
    c->length += got;
    c->head[c->length] = 0;
    if (!read_on(fd, c)) { drop(fd); return; }
    if (c->body <= CHUNK) return;  // a small request: epoll tells of the next one
  }
}

static int accept_all(int listener) {
  int fd, one = 1;
  while ((fd = accept4(listener, 0, 0, SOCK_NONBLOCK)) >= 0) {
    if (fd >= MOST) { close(fd); continue; }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    connections[fd] = calloc(1, sizeof(struct connection));
    connections[fd]->generation = ++generations;
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
  }
  return 0;
}

static int run_timers(void) {  // milliseconds until the next one
  while (first_timer != next_timer) {
    struct timer *t = &timers[first_timer % MOST];
    long long wait = t->due - now();
    if (wait > 0) return (int)(wait / 1000000) + 1;
    first_timer++;
    struct connection *c = connections[t->fd];
    if (!c || c->generation != t->generation) continue;
    c->waiting = 0;
    if (!answered(t->fd) || !read_on(t->fd, c)) drop(t->fd);
  }
  return -1;
}

static int listening(int port) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), one = 1;
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (bind(fd, (void *)&a, sizeof a) || listen(fd, 4096)) { perror("upstream"); exit(1); }
  return fd;
}

static void make_answer(int length) {
  static const char beginning[] = "{\"id\":\"A-1001\",\"status\":\"active\",\"amount\":12800,\"id_number\":\"310101199001011234\",\"note\":\"";
  answer = malloc(length + 512);
  int n = sprintf(answer, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\nCache-Control: no-store\r\n\r\n", length);
  memset(answer + n, 'x', length);
  memcpy(answer + n, beginning, sizeof beginning - 1);
  memcpy(answer + n + length - 2, "\"}", 2);
  answer_length = n + length;
  chunk = calloc(1, CHUNK);
}

int main(int argc, char **argv) {
  signal(SIGPIPE, SIG_IGN);
  make_answer(argc > 2 ? atoi(argv[2]) : 1024);
  int listener = listening(argc > 1 ? atoi(argv[1]) : 9000);
  struct epoll_event event = {.events = EPOLLIN, .data.fd = listener}, events[256];
  epoll = epoll_create1(0);
  epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event);
  for (;;) {
    int n = epoll_wait(epoll, events, 256, run_timers());
    for (int i = 0; i < n; i++) {
      int fd = events[i].data.fd;
      if (fd == listener) { accept_all(listener); continue; }
      if (!connections[fd]) continue;
      if (connections[fd]->rest) {
        if (!download(fd, connections[fd])) { drop(fd); continue; }
        if (connections[fd]->rest) continue;
        if (!read_on(fd, connections[fd])) { drop(fd); continue; }
      }
      if (events[i].events & (EPOLLHUP | EPOLLERR)) { drop(fd); continue; }
      if (events[i].events & EPOLLIN) readable(fd);
    }
  }
}
