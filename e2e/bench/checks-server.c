// What the benchmarked checks connect to: accepts, answers HTTP when asked to, closes, and counts.
// checks-server PORT tcp|http FILE: the count is the first 8 bytes of FILE (host order).
#include <arpa/inet.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

static void fail(const char *what) {
  perror(what);
  exit(1);
}

int main(int argc, char **argv) {
  if (argc != 4) return 2;
  int http = strcmp(argv[2], "http") == 0;
  int file = open(argv[3], O_RDWR | O_CREAT, 0600);
  if (file < 0 || ftruncate(file, 8) < 0) fail(argv[3]);
  volatile uint64_t *count = mmap(NULL, 8, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (count == MAP_FAILED) fail("mmap");
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  int one = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[1]))};
  if (bind(listener, (struct sockaddr *)&address, sizeof(address)) < 0) fail("bind");
  if (listen(listener, 65535) < 0) fail("listen");
  static const char reply[] = "HTTP/1.0 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";
  for (;;) {
    int connection = accept(listener, NULL, NULL);
    if (connection < 0) continue;
    char request[2048];
    // A client that closes at once has nothing to ask.
    if (http && read(connection, request, sizeof(request)) > 0 && write(connection, reply, sizeof(reply) - 1) < 0) perror("write");
    close(connection);
    *count += 1;
  }
}
