# needs 3.10
def kind(value):
    match value:
        case 0:
            return "zero"
        case int() | float() if value < 0:
            return "negative"
        case [x, y]:
            return f"pair {x} {y}"
        case {"key": k, **rest}:
            return f"key {k} {rest}"
        case str(s):
            return s
        case _:
            return "other"


for each in (0, -1, [1, 2], {"key": 1, "z": 2}, "s", 5, (1, 2, 3)):
    print(kind(each))
