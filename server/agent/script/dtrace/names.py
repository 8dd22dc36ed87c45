"""The names that a compiled D program uses, bound to one runtime."""
import os
import threading
import time
from _thread import get_ident

from ..faults import BADADDR, BADINDEX, BADSIZE, Fault
from . import aggregations as agg
from . import consumer as consumers
from . import strings, values
from .histograms import histogram

_ESCAPES = {7: b"\\a", 8: b"\\b", 9: b"\\t", 10: b"\\n", 11: b"\\v", 12: b"\\f", 13: b"\\r", 34: b'\\"', 92: b"\\\\"}


def names(rt):
    memory, consumer, size = rt.memory, rt.consumer, rt.strsize
    cut = size - 1
    table = {name: getattr(values, name) for name in (
        "s8", "s16", "s32", "s64", "U64", "divide", "remainder", "bit_field")}

    def put(dictionary, key, value):
        dictionary[key] = value
        return value

    def put_at(values_, index, value):
        values_[index] = value
        return value

    def place(addresses, key, bytes_):
        address = addresses.get(key)
        if address is None:
            address = addresses[key] = memory.allocate(bytes_)
        return address

    def store(address, bytes_, value):
        memory.store(address, bytes_, value)
        return value

    def store_bits(address, bytes_, start, width, value):
        whole = memory.load(address, bytes_, False)
        memory.store(address, bytes_, values.with_bit_field(whole, start, width, value))
        return value

    def copy(to, source, bytes_):
        memory.write(to, memory.read(source, bytes_))
        return to

    def string_at(address):
        return memory.string(address, cut)

    def store_string(address, value):
        memory.store_string(address, value, size)
        return value

    def escaped(text):
        out = []
        for each in text:
            out.append(_ESCAPES.get(each) or (b"%c" % each if 32 <= each < 127 else b"\\%03o" % each))
        return b"".join(out)

    def special(letter, value):
        if letter in "eEfgG":
            return (b"%" + letter.encode()) % float(value)
        if letter == "Y":
            return time.strftime("%Y %b %e %H:%M:%S", time.localtime(value // 10 ** 9)).encode()
        if letter == "T":
            return time.strftime("%H:%M:%S", time.localtime(value // 10 ** 9)).encode()
        return value if isinstance(value, bytes) else b"0x%x" % value

    def later(action):
        def make(*arguments):
            def act(_):
                action(*arguments)
                return b""

            return act

        return make

    def normalize(aggregation, divisor):
        aggregation.divisor = divisor & values.U64

    def denormalize(aggregation):
        aggregation.divisor = None

    def later_printa(aggregations, render):
        return lambda consumer_: consumer_.printa(aggregations, render)

    def number(aggregation, cell):
        return aggregation.normalized(aggregation.number(aggregation.fresh() if cell is None else cell))

    def cell_histogram(aggregation, cell):
        return histogram(aggregation, aggregation.fresh() if cell is None else cell)

    def trace(value, bytes_, signed):
        return lambda consumer_: consumer_.trace(value, bytes_, signed)

    def trace_text(value):
        or_null(value)
        return lambda consumer_: consumer_.trace_text(value)

    def trace_bytes(address, bytes_):
        data = memory.read(address, bytes_)
        return lambda consumer_: consumer_.trace_bytes(data)

    def tracemem(point, record, address, bytes_, shown=None):
        data = memory.read(address, bytes_ if shown is None else max(0, min(shown, bytes_)))
        record.append(lambda consumer_: consumer_.trace_bytes(data))

    def checked_index(index, length):
        if not 0 <= index < length:
            raise Fault(BADINDEX, index)
        return index

    def print_(point, record, address, *_):
        record.append(b"0x%x" % address)

    def or_null(text):
        if text is None:
            raise Fault(BADADDR, 0)
        return text

    def substr(text, start, count=None):
        return strings.substr(text, start, count)[:cut]

    def null_string(error):
        """The fault that a TypeError stands for: only null strings have no bytes' operations."""
        if "NoneType" not in str(error):
            raise error
        return Fault(BADADDR, 0)

    def bcopy(source, to, bytes_):
        memory.write(to, memory.read(source, bytes_))
        return 0

    def copyin(address, bytes_):
        if bytes_ < 0:
            raise Fault(BADSIZE)
        data = memory.read(address, bytes_)
        copied = memory.scratch(bytes_)
        memory.write(copied, data)
        return copied

    def native_id():
        return threading.get_native_id()

    table.update(
        null_string=null_string, rt=rt, stopped=rt.stopped, Fault=Fault, get_ident=get_ident, now=time.perf_counter_ns, wall=time.time_ns,
        thread_time=time.thread_time_ns, getppid=os.getppid, getuid=getattr(os, "getuid", int), getgid=getattr(os, "getgid", int),
        native_id=native_id, execname=strings.execname, put=put, put_at=put_at, place=place, store=store,
        store_bits=store_bits, copy=copy, load=memory.load, allocate=memory.allocate, string_at=string_at,
        store_string=store_string, text_address=memory.text, update=agg.update, record=rt.record, complain=rt.fault,
        broken=rt.broken, escaped=escaped, special=special, octal=lambda value: b"0%o" % value if value else b"0",
        later_clear=later(consumers.clear), later_trunc=later(lambda aggregation, count=0: consumers.truncate(aggregation, count)),
        later_normalize=later(normalize), later_denormalize=later(denormalize), later_printa=later_printa, number=number,
        histogram=cell_histogram, trace=trace, trace_text=trace_text, trace_bytes=trace_bytes, frames=rt.frames,
        depth=rt.depth, FRAMES=rt.options.get("stackframes", 20),
        f_string_at=string_at, f_address_of_text=memory.text, f_is_null=lambda text: 1 if text is None else 0,
        f_checked_index=checked_index, f_frames=lambda limit=None: rt.frames(limit or rt.options.get("ustackframes", 100), 3),
        f_getmajor=lambda device: (device >> 20) & 0xFFF, f_getminor=lambda device: device & 0xFFFFF,
        f_toupper=bytes.upper, f_tolower=bytes.lower, f_inet_ntoa=lambda address: strings.inet_ntoa(memory.read(address, 4)),
        f_inet_ntoa6=lambda address, strict=0: strings.inet_ntoa6(memory.read(address, 16)),
        f_inet_ntop=lambda family, address: strings.inet_ntop(family, memory.read(address, 4 if family == 2 else 16)),
        f_system=lambda point, record, command: record.append(lambda consumer_: rt.system(command.decode())),
        f_print=print_, f_raise=rt.raise_signal, f_chill=lambda point, record, nanoseconds: time.sleep(nanoseconds / 1e9),
        f_copyinstr=rt.copyinstr, f_copyin=copyin, f_copyinto=lambda address, bytes_, to: bcopy(address, to, bytes_),
        f_alloca=memory.scratch, f_bcopy=bcopy, f_basename=strings.basename, f_dirname=strings.dirname,
        f_cleanpath=strings.cleanpath, f_strlen=strings.strlen, f_strjoin=lambda a, b: strings.strjoin(a, b, size),
        f_strchr=strings.strchr, f_strrchr=strings.strrchr, f_strstr=strings.strstr, f_index=strings.index,
        f_rindex=strings.rindex, f_substr=substr, f_strtok=rt.strtok, f_lltostr=strings.lltostr, f_strtoll=strings.strtoll,
        f_htons=lambda v: strings.swap(v, 2), f_ntohs=lambda v: strings.swap(v, 2), f_htonl=lambda v: strings.swap(v, 4),
        f_ntohl=lambda v: strings.swap(v, 4), f_htonll=lambda v: strings.swap(v, 8), f_ntohll=lambda v: strings.swap(v, 8),
        f_rand=rt.random, f_speculation=rt.speculation, f_or_null=or_null, f_tracemem=tracemem, f_progenyof=rt.progeny_of,
        f_commit=rt.commit,
        f_discard=lambda point, record, number_: rt.discard(number_),
        f_setopt=lambda point, record, name, value=b"": record.append(lambda consumer_: rt.set_option(point, name, value)),
    )
    return table
