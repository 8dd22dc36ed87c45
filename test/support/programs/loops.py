def search(wanted):
    for i in range(6):
        if i % 2:
            continue
        if i == wanted:
            break
    else:
        return None
    return i


def loops():
    n = 5
    while n: n -= 1
    while True:
        n += 1
        if n > 3:
            break
    for i in range(3): n += i
    for i in range(2):
        for j in range(3):
            if j == 1: continue
            n += j
    for x in []:
        n = 0
    else:
        n += 1
    while n < 0:
        n += 1
    else:
        n += 2
    return n


print(search(4), search(5), loops())
for i in range(3): pass
i = 3
while i: i -= 1
total = 0
for a, b in zip(range(3), range(3)):
    total += a if a else b; total += 1
    if a == 1 and b == 1 or total > 100:
        total += 2
assert total, "no"
if total > 1000:
    pass
elif total:
    total = 0
del total
