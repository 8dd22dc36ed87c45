def deep(n):
    if n == 0:
        raise ValueError("bottom")
    try:
        deep(n - 1)
    finally:
        marks.append(n)


def translate():
    try:
        deep(3)
    except ValueError as error:
        raise KeyError("top") from error


def nothing():
    try:
        x = 1
    except ValueError:
        x = 2
    else:
        x = 3
    finally:
        x += 1
    return x


def early():
    for i in range(3):
        try:
            if i == 1:
                continue
            if i == 2:
                return i
        finally:
            marks.append(-i)


marks = []
try:
    translate()
except KeyError as error:
    print("caught", error, error.__cause__)
print(nothing(), early(), marks)
for kind in (ValueError, TypeError, ZeroDivisionError):
    try:
        raise kind("k")
    except (ValueError, TypeError) as error:
        print("one", error)
    except ZeroDivisionError:
        print("two")
try:
    try:
        1 / 0
    finally:
        print("inner")
except ZeroDivisionError:
    pass
