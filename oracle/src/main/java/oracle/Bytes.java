package oracle;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The notation of bytes, the same as form.ShowBytes on the Go side: null, or parts joined by '+': a quoted run of printable
 * characters, an i followed by a big-endian 64-bit number (whose first byte is 00 or ff), or an x followed by hex.
 */
public final class Bytes {
  private Bytes() {}

  private static boolean plain(byte b) { return b > ' ' && b < 127 && b != '"' && b != '\\'; }

  private static boolean number(byte[] b, int at) { return b.length - at >= 8 && (b[at] == 0 || b[at] == (byte) 0xff); }

  public static String show(byte[] b) {
    if (b == null) return "null";
    if (b.length == 0) return "\"\"";
    StringBuilder s = new StringBuilder();
    for (int i = 0; i < b.length;) {
      if (i > 0) s.append('+');
      if (number(b, i)) {
        s.append('i').append(ByteBuffer.wrap(b, i, 8).getLong());
        i += 8;
      } else if (plain(b[i])) {
        s.append('"');
        for (; i < b.length && plain(b[i]); i++) s.append((char) b[i]);
        s.append('"');
      } else {
        s.append('x');
        do s.append(String.format("%02x", b[i++])); while (i < b.length && !plain(b[i]) && !number(b, i));
      }
    }
    return s.toString();
  }

  public static byte[] parse(String text) {
    if (text.equals("null")) return null;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < text.length();) {
      char c = text.charAt(i++);
      if (c == '"') {
        int end = text.indexOf('"', i);
        out.writeBytes(text.substring(i, end).getBytes(StandardCharsets.UTF_8));
        i = end + 1;
      } else if (c == 'i' || c == 'x') {
        int end = text.indexOf('+', i);
        if (end < 0) end = text.length();
        String part = text.substring(i, end);
        if (c == 'i') out.writeBytes(ByteBuffer.allocate(8).putLong(Long.parseLong(part)).array());
        else for (int k = 0; k < part.length(); k += 2) out.write(Integer.parseInt(part.substring(k, k + 2), 16));
        i = end;
      }
    }
    return out.toByteArray();
  }
}
