package judge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.storage.Converter;
import org.apache.kafka.connect.storage.HeaderConverter;
import org.apache.kafka.connect.transforms.Transformation;
import org.apache.kafka.connect.transforms.predicates.Predicate;

/** Answers cases, one JSON document a line, each closed by a line "end", with what Connect's own classes make of them. */
public final class Main {
    static final ObjectMapper JSON = new ObjectMapper();

    public static void main(String[] args) throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        StringBuilder block = new StringBuilder(); // the asking side listens when it has said all
        for (String line; (line = in.readLine()) != null; ) {
            if (line.equals("end")) {
                out.print(block.append("end\n"));
                out.flush();
                block.setLength(0);
                continue;
            }
            block.append(JSON.writeValueAsString(answer(JSON.readTree(line)))).append("\n");
        }
    }

    static ObjectNode answer(JsonNode c) {
        ObjectNode result = JSON.createObjectNode();
        Form.odd = false;
        try {
            play(c, result);
        } catch (Throwable e) {
            result.put("err", e.getClass().getName());
            result.put("msg", e.getMessage());
        }
        if (Form.odd) {
            result.removeAll();
            result.put("skip", true);
        }
        return result;
    }

    static void play(JsonNode c, ObjectNode result) throws Exception {
        Map<String, String> config = new HashMap<>();
        c.get("config").fields().forEachRemaining(e -> config.put(e.getKey(), e.getValue().textValue()));
        Object plugin = Class.forName(c.get("class").textValue()).getDeclaredConstructor().newInstance();
        switch (c.get("op").textValue()) {
            case "transform": {
                @SuppressWarnings("rawtypes")
                Transformation t = (Transformation) plugin;
                t.configure(config);
                @SuppressWarnings("unchecked")
                ConnectRecord<?> r = t.apply(record(c.get("record")));
                result.set("ok", r == null ? JSON.nullNode() : show(r));
                break;
            }
            case "predicate": {
                @SuppressWarnings("rawtypes")
                Predicate p = (Predicate) plugin;
                p.configure(config);
                @SuppressWarnings("unchecked")
                boolean is = p.test(record(c.get("record")));
                result.put("ok", is);
                break;
            }
            case "from": {
                Converter converter = (Converter) plugin;
                converter.configure(config, false);
                org.apache.kafka.connect.data.Schema s = Form.schema(c.get("s"));
                result.set("ok", Form.show(converter.fromConnectData("t", s, Form.value(c.get("v")))));
                break;
            }
            case "to": {
                Converter converter = (Converter) plugin;
                converter.configure(config, false);
                show(result, converter.toConnectData("t", (byte[]) Form.value(c.get("v"))));
                break;
            }
            case "fromHeader": {
                HeaderConverter converter = (HeaderConverter) plugin;
                config.put("converter.type", "header");
                converter.configure(config);
                org.apache.kafka.connect.data.Schema s = Form.schema(c.get("s"));
                result.set("ok", Form.show(converter.fromConnectHeader("t", "h", s, Form.value(c.get("v")))));
                break;
            }
            case "toHeader": {
                HeaderConverter converter = (HeaderConverter) plugin;
                config.put("converter.type", "header");
                converter.configure(config);
                show(result, converter.toConnectHeader("t", "h", (byte[]) Form.value(c.get("v"))));
                break;
            }
            default:
                throw new IllegalStateException("unknown operation " + c.get("op"));
        }
    }

    static void show(ObjectNode result, SchemaAndValue v) {
        ObjectNode o = JSON.createObjectNode();
        o.set("s", Form.show(v == null ? null : v.schema()));
        o.set("v", Form.show(v == null ? null : v.value()));
        result.set("ok", o);
    }

    static ConnectRecord<?> record(JsonNode r) {
        ConnectHeaders headers = new ConnectHeaders();
        for (JsonNode h : r.get("headers"))
            headers.add(h.get(0).textValue(), new SchemaAndValue(Form.schema(h.get(1)), Form.value(h.get(2))));
        String topic = r.get("topic").textValue();
        Integer partition = r.get("partition").isNull() ? null : r.get("partition").intValue();
        Long ts = r.get("ts").isNull() ? null : Long.valueOf(r.get("ts").textValue());
        if (r.get("offset").isNull())
            return new SourceRecord(Map.of(), Map.of(), topic, partition, Form.schema(r.get("ks")), Form.value(r.get("k")),
                Form.schema(r.get("vs")), Form.value(r.get("v")), ts, headers);
        return new SinkRecord(topic, partition == null ? 0 : partition, Form.schema(r.get("ks")), Form.value(r.get("k")),
            Form.schema(r.get("vs")), Form.value(r.get("v")), Long.parseLong(r.get("offset").textValue()), ts, TimestampType.CREATE_TIME, headers);
    }

    static JsonNode show(ConnectRecord<?> r) {
        ObjectNode o = JSON.createObjectNode();
        o.put("topic", r.topic());
        if (r.kafkaPartition() == null) o.putNull("partition"); else o.put("partition", r.kafkaPartition().toString());
        o.set("ks", Form.show(r.keySchema()));
        o.set("k", Form.show(r.key()));
        o.set("vs", Form.show(r.valueSchema()));
        o.set("v", Form.show(r.value()));
        if (r.timestamp() == null) o.putNull("ts"); else o.put("ts", r.timestamp().toString());
        ArrayNode headers = o.putArray("headers");
        for (Header h : r.headers())
            headers.addArray().add(h.key()).add(Form.show(h.schema())).add(Form.show(h.value()));
        return o;
    }
}
