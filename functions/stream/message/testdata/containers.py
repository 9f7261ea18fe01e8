"""Writes containers.jsonl: Avro object containers and what Python reads of them.

    pip install spavro==1.1.17 fastavro==1.13.1 cramjam; python containers.py > containers.jsonl

A line holds a name, the container (written by fastavro) in base64, and the repr of the list of records: as spavro's DataFileReader reads them, which is
what the Python consumer of Aether does, with bytes in base64. Lines of logical types that spavro leaves as bytes hold fastavro's reading as text.
"""
import base64, datetime, decimal, io, json, random, uuid
import fastavro, fastavro.read
from spavro.datafile import DataFileReader
from spavro.io import DatumReader

def record(*fields, name="R", **more):
    return {"type": "record", "name": name, "fields": [{"name": n, "type": t} for n, t in fields], **more}

def plain(v):
    if isinstance(v, bytes):
        return base64.b64encode(v).decode()
    if isinstance(v, dict):
        return {k: plain(e) for k, e in v.items()}
    if isinstance(v, list):
        return [plain(e) for e in v]
    return v

def text(v):
    if isinstance(v, decimal.Decimal):
        return format(v, "f")
    if isinstance(v, uuid.UUID):
        return str(v)
    if isinstance(v, dict):
        return {k: text(e) for k, e in v.items()}
    if isinstance(v, list):
        return [text(e) for e in v]
    return v

def write(schema, values, codec="null", interval=16000):
    out = io.BytesIO()
    fastavro.writer(out, fastavro.parse_schema(schema), values, codec=codec, sync_interval=interval, sync_marker=bytes(range(16)))
    return out.getvalue()

def row(name, data, records):
    print(json.dumps({"name": name, "container": base64.b64encode(data).decode(), "records": repr(records)}, ensure_ascii=False))

def spavro(name, schema, values, **options):
    data = write(schema, values, **options)
    row(name, data, plain(list(DataFileReader(io.BytesIO(data), DatumReader()))))

def logical(name, schema, values):
    data = write(schema, values)
    row(name, data, text(list(fastavro.reader(io.BytesIO(data)))))

edge = [0, 1, -1, 63, 64, -64, -65, 8191, 8192, 2**31 - 1, -2**31]
spavro("int", "int", edge)
spavro("long", "long", edge + [2**53 + 1, -2**53 - 1, 2**63 - 1, -2**63])
spavro("float", "float", [0.0, -0.0, 1.1, -2.5, 3.4028234663852886e38, 1e-45, 16777217.0])
spavro("double", "double", [0.0, -0.0, 1.1, 1e308, 5e-324, 0.1 + 0.2, 1e16, 123456789012345680.0, 1e-7])
spavro("boolean", "boolean", [True, False])
spavro("null", "null", [None, None])
spavro("string", "string", ["", "a", "Zoë", "日本", "😀", "\x00\n\"\\", "x" * 200])
spavro("bytes", "bytes", [b"", b"a", b"ab", b"abc", bytes(range(256))])
spavro("fixed", {"type": "fixed", "name": "F", "size": 3}, [b"abc", b"\x00\xff\x80"])
spavro("empty fixed", {"type": "fixed", "name": "F", "size": 0}, [b""])
spavro("enum", {"type": "enum", "name": "E", "symbols": ["A", "B", "c_d"]}, ["A", "c_d", "B"])
spavro("array", {"type": "array", "items": "long"}, [[], [1], list(range(300))])
spavro("array of arrays", {"type": "array", "items": {"type": "array", "items": "string"}}, [[[]], [["a"], [], ["b", "c"]]])
spavro("map", {"type": "map", "values": "int"}, [{}, {"b": 1, "a": 2, "": 3, "é": 4}, {str(i): i for i in range(40)}])
spavro("map of maps", {"type": "map", "values": {"type": "map", "values": ["null", "boolean"]}}, [{"z": {"y": None, "x": True}, "a": {}}])
spavro("union", ["null", "string", "long", {"type": "array", "items": "double"}], [None, "s", 7, [1.5], "7"])
spavro("union of records", [record(("a", "int"), name="A"), record(("b", "string"), name="B")], [{"a": 1}, {"b": "x"}])
spavro("record", record(("z", "string"), ("a", "int"), ("m", {"type": "map", "values": "bytes"})), [{"z": "1", "a": 2, "m": {"k": b"\x01"}}])
spavro("empty record", record(), [{}, {}, {}])
spavro("record in record", record(("in", record(("x", "long"), ("y", ["null", "long"]), name="In")), ("again", "In")),
       [{"in": {"x": 1, "y": None}, "again": {"x": 2, "y": 3}}])
spavro("recursive", record(("value", "int"), ("next", ["null", "R"])), [{"value": 1, "next": {"value": 2, "next": None}}])
spavro("namespaces", {"type": "record", "name": "Top", "namespace": "n.s", "fields": [
    {"name": "a", "type": {"type": "enum", "name": "E", "symbols": ["X", "Y"]}},
    {"name": "b", "type": "n.s.E"},
    {"name": "c", "type": {"type": "record", "name": "o.In", "fields": [{"name": "d", "type": {"type": "fixed", "name": "F", "size": 1}}]}},
    {"name": "e", "type": "o.F"}, {"name": "f", "type": "o.In"}]},
    [{"a": "X", "b": "Y", "c": {"d": b"1"}, "e": b"2", "f": {"d": b"3"}}])
spavro("dates stay numbers", record(
    ("date", {"type": "int", "logicalType": "date"}), ("time", {"type": "int", "logicalType": "time-millis"}),
    ("micro", {"type": "long", "logicalType": "time-micros"}), ("stamp", {"type": "long", "logicalType": "timestamp-millis"}),
    ("stamps", {"type": "long", "logicalType": "timestamp-micros"}), ("local", {"type": "long", "logicalType": "local-timestamp-millis"}),
    ("uuid", {"type": "string", "logicalType": "uuid"}), ("unknown", {"type": "int", "logicalType": "colour"})),
    [{"date": datetime.date(2026, 2, 3), "time": 1000, "micro": 1000000, "stamp": 1700000000123, "stamps": 1700000000123456,
      "local": datetime.datetime(2026, 2, 3, 4, 5, 6), "uuid": "8d5b2a1c-0000-4000-8000-00000000000a", "unknown": 3}])
spavro("attributes of fields", {"type": "record", "name": "Person", "namespace": "org.eha.demo", "doc": "a person", "aetherDefault": {"x": [1]}, "fields": [
    {"name": "id", "type": "string", "aetherMaskingLevel": 0, "@aether_lookup": [{"label": "a", "value": "b"}]},
    {"name": "villageID", "type": ["null", "string"], "default": None, "aliases": ["village"], "namespace": "MySurvey", "order": "ignore"}]},
    [{"id": "1", "villageID": None}, {"id": "2", "villageID": "v"}])
people = [{"id": str(i), "tags": ["t%d" % j for j in range(i % 4)], "score": i * 1.5, "more": {"k%d" % j: j for j in range(i % 3)}} for i in range(30)]
person = record(("id", "string"), ("tags", {"type": "array", "items": "string"}), ("score", "double"), ("more", {"type": "map", "values": "long"}))
spavro("thirty records in one block", person, people)
spavro("thirty records in many blocks", person, people, interval=50)
spavro("thirty records deflated", person, people, codec="deflate", interval=300)
data = write(person, people, codec="snappy", interval=300)
row("thirty records in snappy", data, list(fastavro.reader(io.BytesIO(data))))
for codec in ["bzip2", "xz", "zstandard"]:
    data = write(person, people, codec=codec, interval=300)
    row("thirty records in " + codec, data, list(fastavro.reader(io.BytesIO(data))))
D = decimal.Decimal
logical("decimal", {"type": "bytes", "logicalType": "decimal", "precision": 30, "scale": 2},
        [D("0.00"), D("12.30"), D("-0.01"), D("-1.28"), D("1.27"), D("-12345678901234567890.99"), D("9999999999999999999999999999.99")])
logical("whole decimal", {"type": "bytes", "logicalType": "decimal", "precision": 5}, [D(0), D(-1), D(127), D(128), D(-128), D(-129), D(99999)])
logical("fixed decimal", {"type": "fixed", "name": "F", "size": 8, "logicalType": "decimal", "precision": 18, "scale": 6},
        [D("0.000000"), D("-0.000001"), D("123456789012.345678"), D("-123456789012.345678")])
logical("uuid", {"type": "string", "logicalType": "uuid"}, [uuid.UUID(int=0), uuid.UUID(int=2**128 - 1)])
random.seed(7)
for n in range(20):
    names = iter("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    def make(depth):
        kinds = ["null", "boolean", "int", "long", "double", "string", "bytes"]
        kind = random.choice(kinds + ["array", "map", "record", "nullable"] * (depth < 4))
        if kind == "array":
            t, g = make(depth + 1)
            return {"type": "array", "items": t}, lambda: [g() for _ in range(random.randrange(4))]
        if kind == "map":
            t, g = make(depth + 1)
            return {"type": "map", "values": t}, lambda: {random.choice("zyxwabc") + str(i): g() for i in range(random.randrange(4))}
        if kind == "record":
            name, parts = next(names, None), []
            if name is None:
                return "int", lambda: 1
            parts = [(random.choice("zyxw") + str(i), *make(depth + 1)) for i in range(random.randrange(5))]
            return record(*[(n, t) for n, t, _ in parts], name=name), lambda: {n: g() for n, _, g in parts}
        if kind == "nullable":
            return ["null", "long"], lambda: random.choice([None, random.randrange(-9**9, 9**9)])
        values = {"null": lambda: None, "boolean": lambda: random.random() < .5, "int": lambda: random.randrange(-2**31, 2**31),
                  "long": lambda: random.randrange(-2**63, 2**63), "double": lambda: random.uniform(-1e9, 1e9),
                  "string": lambda: "".join(random.choice("aé日😀 \"'") for _ in range(random.randrange(6))),
                  "bytes": lambda: random.randbytes(random.randrange(5))}
        return kind, values[kind]
    schema, value = make(0)
    while isinstance(schema, str):
        schema, value = make(0)
    spavro("random %d" % n, schema, [value() for _ in range(5)], codec=random.choice(["null", "deflate"]))
