import _thread
import threading


def work(n):
    total = 0
    for i in range(n):
        total += i
    results.append(total)


def raw(n, done):
    work(n)
    done.release()


results = []
workers = [threading.Thread(target=work, args=(200,)) for _ in range(4)]
for worker in workers:
    worker.start()
for worker in workers:
    worker.join()
done = _thread.allocate_lock()
done.acquire()
_thread.start_new_thread(raw, (50, done))
done.acquire()
print(sorted(results))
