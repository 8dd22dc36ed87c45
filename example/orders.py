"""A small program worth tracing: it makes orders, prices them and prints a summary."""
import random
from dataclasses import dataclass

PRICES = {"apple": 3, "bread": 4, "cheese": 12}


@dataclass
class Order:
    item: str
    amount: int

    @property
    def total(self):
        return PRICES[self.item] * self.amount


def make_orders(count):
    chance = random.Random(7)
    for _ in range(count):
        yield Order(chance.choice(sorted(PRICES)), chance.randint(1, 5))


def discount(order):
    if order.amount >= 4:
        return order.total // 10
    return 0


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def main():
    revenue = 0
    for order in make_orders(2000):
        revenue += order.total - discount(order)
    print("revenue", revenue)
    print("fib(15)", fib(15))


if __name__ == "__main__":
    main()
