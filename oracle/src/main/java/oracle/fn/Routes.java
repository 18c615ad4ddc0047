package oracle.fn;

import java.util.Map;
import org.apache.kafka.streams.processor.RecordContext;

/** Topics of records, as fn/route.go. */
public final class Routes {
  private Routes() {}

  public interface Route { String topic(Object k, Object v, RecordContext r); }

  private static final Map<String, Route> TABLE = Map.of(
      "by-value", (k, v, r) -> v == null || (Long) v % 2 == 0 ? "chosen-even" : "chosen-odd",
      "by-length", (k, v, r) -> "chosen-" + (v == null ? 0 : ((String) v).length()),
      "by-time", (k, v, r) -> r.headers().iterator().hasNext() ? "chosen-" + r.headers().iterator().next().key() : "chosen-" + r.timestamp() / 50 % 2);

  public static Route of(String name) { return Fn.find(TABLE, "topic", name); }
}
