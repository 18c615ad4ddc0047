package judge;

import com.fasterxml.jackson.core.io.schubfach.DoubleToDecimal;
import com.fasterxml.jackson.core.io.schubfach.FloatToDecimal;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;

/** Schemas and values as JSON, see README.md. */
final class Form {
    /** Says that the case has a number that this JDK prints longer than JDK 19 and later do. */
    static boolean odd;

    static Schema schema(JsonNode n) {
        if (n == null || n.isNull())
            return null;
        Schema.Type type = Schema.Type.valueOf(n.get("t").textValue());
        SchemaBuilder b = switch (type) {
            case ARRAY -> SchemaBuilder.array(schema(n.get("e")));
            case MAP -> SchemaBuilder.map(schema(n.get("k")), schema(n.get("e")));
            default -> new SchemaBuilder(type);
        };
        if (n.has("f"))
            for (JsonNode f : n.get("f"))
                b.field(f.get(0).textValue(), schema(f.get(1)));
        if (n.has("o")) b.optional();
        if (n.has("n")) b.name(n.get("n").textValue());
        if (n.has("v")) b.version(Integer.valueOf(n.get("v").textValue()));
        if (n.has("doc")) b.doc(n.get("doc").textValue());
        if (n.has("p"))
            for (JsonNode p : n.get("p"))
                b.parameter(p.get(0).textValue(), p.get(1).textValue());
        if (n.has("d")) b.defaultValue(value(n.get("d")));
        return b.build();
    }

    static JsonNode show(Schema s) {
        if (s == null)
            return Main.JSON.nullNode();
        ObjectNode o = Main.JSON.createObjectNode();
        o.put("t", s.type().name());
        if (s.isOptional()) o.put("o", true);
        if (s.name() != null) o.put("n", s.name());
        if (s.version() != null) o.put("v", s.version().toString());
        if (s.doc() != null) o.put("doc", s.doc());
        if (s.parameters() != null) {
            ArrayNode p = o.putArray("p");
            s.parameters().forEach((k, v) -> p.addArray().add(k).add(v));
        }
        if (s.defaultValue() != null) o.set("d", show(s.defaultValue()));
        if (s.type() == Schema.Type.STRUCT) {
            ArrayNode f = o.putArray("f");
            for (Field field : s.fields())
                f.addArray().add(field.name()).add(show(field.schema()));
        }
        if (s.type() == Schema.Type.MAP) o.set("k", show(s.keySchema()));
        if (s.type() == Schema.Type.MAP || s.type() == Schema.Type.ARRAY) o.set("e", show(s.valueSchema()));
        return o;
    }

    static Object value(JsonNode n) {
        if (n == null || n.isNull())
            return null;
        String text = n.get(1) == null ? "" : n.get(1).asText();
        switch (n.get(0).textValue()) {
            case "i8": return Byte.valueOf(text);
            case "i16": return Short.valueOf(text);
            case "i32": return Integer.valueOf(text);
            case "i64": return Long.valueOf(text);
            case "f32": return seen(Float.intBitsToFloat(Integer.parseUnsignedInt(text, 16)));
            case "f64": return seen(Double.longBitsToDouble(Long.parseUnsignedLong(text, 16)));
            case "b": return Boolean.valueOf(text);
            case "s": return text;
            case "y": return HexFormat.of().parseHex(text);
            case "d": return new BigDecimal(new BigInteger(text), Integer.parseInt(n.get(2).textValue()));
            case "t": return new Date(Long.parseLong(text));
            case "l": {
                List<Object> list = new ArrayList<>();
                for (int i = 1; i < n.size(); i++) list.add(value(n.get(i)));
                return list;
            }
            case "m": {
                Map<Object, Object> m = text.equals("linked") ? new LinkedHashMap<>() : new HashMap<>();
                for (int i = 2; i < n.size(); i++) m.put(value(n.get(i).get(0)), value(n.get(i).get(1)));
                return m;
            }
            case "st": {
                Struct st = new Struct(schema(n.get(1)));
                for (int i = 2; i < n.size(); i++)
                    if (!n.get(i).isNull()) st.put(st.schema().fields().get(i - 2), value(n.get(i)));
                return st;
            }
            default: throw new IllegalStateException("unknown value " + n);
        }
    }

    static double seen(double d) {
        odd |= !Double.toString(d).equals(DoubleToDecimal.toString(d));
        return d;
    }

    static float seen(float f) {
        odd |= !Float.toString(f).equals(FloatToDecimal.toString(f));
        return f;
    }

    static JsonNode show(Object v) {
        if (v == null)
            return Main.JSON.nullNode();
        ArrayNode a = Main.JSON.createArrayNode();
        if (v instanceof Byte) return a.add("i8").add(v.toString());
        if (v instanceof Short) return a.add("i16").add(v.toString());
        if (v instanceof Integer) return a.add("i32").add(v.toString());
        if (v instanceof Long) return a.add("i64").add(v.toString());
        if (v instanceof Float) return a.add("f32").add(Integer.toHexString(Float.floatToIntBits(seen((Float) v))));
        if (v instanceof Double) return a.add("f64").add(Long.toHexString(Double.doubleToLongBits(seen((Double) v))));
        if (v instanceof Boolean) return a.add("b").add(v.toString());
        if (v instanceof String) return a.add("s").add((String) v);
        if (v instanceof byte[]) return a.add("y").add(HexFormat.of().formatHex((byte[]) v));
        if (v instanceof ByteBuffer) return a.add("y").add(HexFormat.of().formatHex(((ByteBuffer) v).array()));
        if (v instanceof BigDecimal) return a.add("d").add(((BigDecimal) v).unscaledValue().toString()).add(Integer.toString(((BigDecimal) v).scale()));
        if (v instanceof Date) return a.add("t").add(Long.toString(((Date) v).getTime()));
        if (v instanceof List) {
            a.add("l");
            for (Object e : (List<?>) v) a.add(show(e));
            return a;
        }
        if (v instanceof Map) {
            a.add("m").add(v instanceof LinkedHashMap ? "linked" : "hash");
            for (Map.Entry<?, ?> e : ((Map<?, ?>) v).entrySet()) a.addArray().add(show(e.getKey())).add(show(e.getValue()));
            return a;
        }
        if (v instanceof Struct) {
            Struct st = (Struct) v;
            a.add("st").add(show(st.schema()));
            for (Field f : st.schema().fields()) a.add(show(st.getWithoutDefault(f.name())));
            return a;
        }
        throw new IllegalStateException("unknown class " + v.getClass());
    }
}
