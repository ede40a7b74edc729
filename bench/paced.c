// An open-loop loader: requests leave at a fixed mean rate (exponential gaps, a fixed seed), whatever the answers do, and
// each one's time is counted from the moment it was due, so that a stall is seen by all that it kept waiting.
//   cc -O2 -o paced paced.c -lm && ./paced PORT REQUESTS_FILE RATE CONNECTIONS SECONDS
// REQUESTS_FILE: whole requests without bodies, one after the other, used in rotation. Prints one line of JSON.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <math.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 4096, BUFFER = 65536, WAITING = 1 << 20 };
struct connection { int fd, busy, length; long long due; char buffer[BUFFER]; };

static struct connection *connections;
static int idle[MOST], idle_count, epoll;
static long long waiting[WAITING], *taken;
static unsigned first_waiting, next_waiting;
static char **requests;
static int request_count, turn;
static long answered, refused, broken;

static long long now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void load(const char *path) {
  FILE *file = fopen(path, "rb");
  if (!file) { perror(path); exit(1); }
  fseek(file, 0, SEEK_END);
  long size = ftell(file);
  rewind(file);
  char *text = malloc(size + 1), *at = text, *end;
  if (fread(text, 1, size, file) != (size_t)size) exit(1);
  text[size] = 0;
  requests = malloc(sizeof(char *) * (size / 16 + 1));
  for (; (end = strstr(at, "\r\n\r\n")); at = end + 4) requests[request_count++] = strndup(at, end + 4 - at);
}

static int connected(int port) {
  int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  if (connect(fd, (void *)&a, sizeof a)) { perror("connect"); exit(1); }
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  return fd;
}

static void ask(struct connection *c, long long due) {
  char *request = requests[turn++ % request_count];
  c->busy = 1;
  c->due = due;
  c->length = 0;
  if (write(c->fd, request, strlen(request)) < 0) broken++;
}

static void finish(struct connection *c) {
  if (memcmp(c->buffer, "HTTP/1.1 200", 12)) refused++;
  taken[answered++] = now() - c->due;
  c->busy = 0;
  if (first_waiting != next_waiting) ask(c, waiting[first_waiting++ % WAITING]);
  else idle[idle_count++] = c - connections;
}

static void readable(struct connection *c) {
  ssize_t got = recv(c->fd, c->buffer + c->length, BUFFER - 1 - c->length, MSG_DONTWAIT);
  if (got < 0 && errno == EAGAIN) return;
  if (got <= 0) { broken++; epoll_ctl(epoll, EPOLL_CTL_DEL, c->fd, 0); return; }
  c->length += got;
  c->buffer[c->length] = 0;
  char *end = strstr(c->buffer, "\r\n\r\n"), *field;
  if (!end) return;
  field = strcasestr(c->buffer, "\ncontent-length:");
  if (field && field < end) {
    if (c->length >= end + 4 - c->buffer + atol(field + 16)) finish(c);
  } else if (!memcmp(c->buffer + c->length - 5, "0\r\n\r\n", 5)) finish(c);
}

static void due_now(long long due) {
  if (idle_count) ask(&connections[idle[--idle_count]], due);
  else waiting[next_waiting++ % WAITING] = due;
}

static int ascending(const void *a, const void *b) {
  long long left = *(const long long *)a, right = *(const long long *)b;
  return (left > right) - (left < right);
}

int main(int argc, char **argv) {
  if (argc != 6) return 2;
  int port = atoi(argv[1]), count = atoi(argv[4]);
  double rate = atof(argv[3]), seconds = atof(argv[5]);
  load(argv[2]);
  taken = malloc(sizeof(long long) * (size_t)(rate * seconds * 2 + 100000));
  connections = calloc(count, sizeof(struct connection));
  epoll = epoll_create1(0);
  for (int i = 0; i < count; i++) {
    connections[i].fd = connected(port);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = &connections[i]};
    epoll_ctl(epoll, EPOLL_CTL_ADD, connections[i].fd, &event);
    idle[idle_count++] = i;
  }
  srand48(9110);
  long long began = now(), ends = began + (long long)(seconds * 1e9), next = began, given_up = ends + 5000000000LL;
  struct epoll_event events[256];
  while (idle_count < count || now() < ends) {
    long long at = now();
    if (at > given_up) break;
    while (next <= at && next < ends) {
      due_now(next);
      next += (long long)(-log(1 - drand48()) / rate * 1e9);
    }
    long long wait = (next < ends ? next : ends) - now();
    if (wait < 0) wait = next < ends ? 0 : 100000000LL;
    struct timespec pause = {wait / 1000000000LL, wait % 1000000000LL};
    int n = epoll_pwait2(epoll, events, 256, &pause, 0);
    for (int i = 0; i < n; i++) readable(events[i].data.ptr);
  }
  double whole = (now() - began) / 1e9;
  qsort(taken, answered, sizeof *taken, ascending);
  long top = answered ? answered - 1 : 0;
  printf("{\"requests\":%ld,\"refused\":%ld,\"broken\":%ld,\"unanswered\":%d,\"rate\":%.0f,\"p50_us\":%.0f,\"p99_us\":%.0f,\"p999_us\":%.0f}\n",
         answered, refused, broken, count - idle_count, answered / whole, taken[top / 2] / 1e3, taken[top * 99 / 100] / 1e3, taken[top * 999 / 1000] / 1e3);
  return 0;
}
