"""Objects: attributes, methods, properties and small containers."""
import clock


class Vector:
    __slots__ = ("x", "y")

    def __init__(self, x, y):
        self.x = x
        self.y = y

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y)

    def scaled(self, factor):
        return Vector(self.x * factor, self.y * factor)

    @property
    def length(self):
        return (self.x * self.x + self.y * self.y) ** 0.5


class Body:
    def __init__(self, place, speed):
        self.place = place
        self.speed = speed
        self.seen = {}

    def step(self, seconds):
        self.place = self.place + self.speed.scaled(seconds)
        if self.place.length > 50:
            self.speed = self.speed.scaled(-1)
        key = int(self.place.x)
        self.seen[key] = self.seen.get(key, 0) + 1


class Bouncing(Body):
    def step(self, seconds):
        super().step(seconds)
        if self.place.y < 0:
            self.place.y = -self.place.y


bodies = [(Bouncing if i % 2 else Body)(Vector(i, -i), Vector(1, i % 5)) for i in range(20)]
for _ in range(clock.times(5000)):
    for body in bodies:
        body.step(0.5)
assert all(body.seen for body in bodies)
clock.stop()
