package oracle.twin;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.MathContext;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/** Serdes that write the text that Go's encoding/json writes, so that outputs are compared as bytes. */
public final class Json {
  private static final ObjectMapper MAPPER = JsonMapper.builder()
      .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
      .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
      .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
      .addModule(new SimpleModule().addSerializer(double.class, new Doubles()).addSerializer(Double.class, new Doubles()))
      .build();

  private Json() {}

  static <T> Serde<T> serde(Class<T> type) {
    return Serdes.serdeFrom((topic, value) -> value == null ? null : bytes(value), (topic, bytes) -> {
      try {
        return bytes == null ? null : MAPPER.readValue(bytes, type);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    });
  }

  public static byte[] bytes(Object value) {
    try {
      return MAPPER.writeValueAsBytes(value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static <T> T parse(String text, Class<T> type) {
    try {
      return MAPPER.readValue(text, type);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The fewest digits that read back as the same number, without an exponent: Go's form between 1e-6 and 1e21. */
  private static final class Doubles extends StdSerializer<Double> {
    Doubles() { super(Double.class); }

    @Override public void serialize(Double d, JsonGenerator out, SerializerProvider p) throws IOException {
      BigDecimal exact = new BigDecimal(d);
      for (int digits = 1;; digits++) {
        BigDecimal shorter = exact.round(new MathContext(digits));
        if (shorter.doubleValue() == d) {
          out.writeNumber(shorter.signum() == 0 ? "0" : shorter.stripTrailingZeros().toPlainString());
          return;
        }
      }
    }
  }
}
