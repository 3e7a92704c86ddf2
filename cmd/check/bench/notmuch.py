"""Prints for each query how many of the newest 50 messages it finds, and how many microseconds it takes in 95 of 100 cases."""
import sys
import time

import notmuch2

database = notmuch2.Database(path=sys.argv[1])
for query in sys.argv[2:]:
    took = []
    for _ in range(100):
        start = time.perf_counter()
        found = 0
        for message in database.messages(query, sort=notmuch2.Database.SORT.NEWEST_FIRST):
            message.date, message.header("From"), message.header("Subject")
            found += 1
            if found == 50:
                break
        took.append(time.perf_counter() - start)
    print(found, round(sorted(took)[95] * 1e6))
